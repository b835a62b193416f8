import ArgumentParser
import CommandOutput
import Commands
import Experiment
import Foundation
import Training

/// `sweep train`: one task in this process.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one task in this process and print a line per epoch.",
        discussion: """
            The same seed gives the initial weights and the batches that PyTorch gives the notebook. “images/s” counts \
            the training images over the time without validation.
            """)

    @Option(
        help: ArgumentHelp(
            """
            A directory with data_batch_1.bin …, or its parent; or “shapes”, which is built in. \
            (default: $XDG_CACHE_HOME/sweep)
            """, valueName: "dir|shapes"))
    var data: String?

    @Option(help: "bn, ln or none.")
    var norm = TaskParameters().norm.rawValue

    @Option(help: "Images of a step.")
    var batchSize = TaskParameters().batchSize

    @Option(help: "Decides the weights and the order of the images.")
    var seed = TaskParameters().seed

    @Option(help: "Passes over the training images.")
    var epochs = TaskParameters().epochs

    @Option(help: "Adam's.", transform: decimalOption)
    var learningRate = TaskParameters().learningRate

    @Option(help: ArgumentHelp("Only the first images of the training set.", valueName: "n"))
    var trainLimit: Int?

    @Option(help: ArgumentHelp("Only the first images of the test set.", valueName: "n"))
    var testLimit: Int?

    @Option(help: "Threads that share a step's work; the result is the same.")
    var threads = 1

    @Option(help: "reference, avx2 or avx512; the result is the same. (default: this processor's best)")
    var kernels: String?

    @Option(help: ArgumentHelp("Where to write the trained weights, as safetensors for PyTorch.", valueName: "file"))
    var save: String?

    @Flag(help: "Print loss and gradient norm of every step.")
    var perStep = false

    @Option(help: "text, or json: one object a line.")
    var format = TrainReport.Format.text

    private var options: TrainOptions {
        var options = TrainOptions()
        options.norm = norm
        options.batchSize = batchSize
        options.seed = seed
        options.epochs = epochs
        options.learningRate = learningRate
        options.trainLimit = trainLimit
        options.testLimit = testLimit
        options.threads = threads
        options.kernels = kernels
        options.save = save
        options.perStep = perStep
        return options
    }

    func validate() throws {
        do {
            try options.check()
        } catch {
            throw ValidationError(error.message)
        }
    }

    func run() throws {
        let parameters = try options.parameters()
        let images = try DataSet.load(
            data == DataSetName.shapes.rawValue ? .shapes : .cifar10,
            directory: data == DataSetName.shapes.rawValue ? nil : data)
        let trainer = try Trainer(parameters: parameters, data: images, options: options.trainerOptions())
        let report = TrainReport(format: format, imagesPerEpoch: trainer.imagesPerEpoch)
        let terminal = Terminal(environment: ProcessInfo.processInfo.environment)
        defer { terminal.setPanel([]) }
        for _ in 0..<parameters.epochs {
            try train(trainer, report, terminal)
        }
        guard let save else { return }
        do {
            try Data(trainer.checkpoint().encodedWeights()).write(to: URL(fileURLWithPath: save), options: .atomic)
        } catch {
            throw CommandFailure("--save \(save): cannot be written: \(reason(error)); then train again")
        }
    }

    private func train(_ trainer: Trainer, _ report: TrainReport, _ terminal: Terminal) throws {
        let start = ContinuousClock.now
        let lastStep = trainer.completedSteps + trainer.stepsPerEpoch
        var trainingTime = Duration.zero, shown = start - .seconds(1)
        let record = try trainer.trainEpoch { step in
            let now = ContinuousClock.now
            trainingTime = now - start
            if perStep { Output.line(report.line(step)) }
            guard !perStep, terminal.isInteractive, now - shown > .milliseconds(100) else { return }
            shown = now
            terminal.setPanel([StyledLine(report.status(step, stepsLeft: lastStep - step.step, time: trainingTime))])
        }
        terminal.setPanel([])
        Output.line(report.line(record, training: trainingTime, total: .now - start))
    }
}
