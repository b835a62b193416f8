import ArgumentParser
import CommandOutput
import Commands
import Foundation

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
    var norm = TrainOptions().norm

    @Option(help: "Images of a step.")
    var batchSize = TrainOptions().batchSize

    @Option(help: "Decides the weights and the order of the images.")
    var seed = TrainOptions().seed

    @Option(help: "Passes over the training images.")
    var epochs = TrainOptions().epochs

    @Option(help: "Adam's.", transform: decimalOption)
    var learningRate = TrainOptions().learningRate

    @Option(help: ArgumentHelp("Only the first images of the training set.", valueName: "n"))
    var trainLimit: Int?

    @Option(help: ArgumentHelp("Only the first images of the test set.", valueName: "n"))
    var testLimit: Int?

    @Option(help: "Threads that share a step's work; the result is the same.")
    var threads = TrainOptions().threads

    @Option(help: "reference, avx2 or avx512; the result is the same. (default: this processor's best)")
    var kernels: String?

    @Option(
        help: ArgumentHelp("Where to write the trained weights, as safetensors for PyTorch.", valueName: "file"),
        completion: .file())
    var save: String?

    @Flag(help: "Print loss and gradient norm of every step.")
    var perStep = false

    @Option(help: "text, or json: one object a line.")
    var format = OutputFormat.text

    private var options: TrainOptions {
        var options = TrainOptions()
        options.data = data
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
        let terminal = Terminal(environment: ProcessInfo.processInfo.environment)
        try TrainRun(options, format: format, terminal: terminal, print: Output.line).run()
    }
}
