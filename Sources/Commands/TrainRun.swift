import CommandOutput
import Experiment
import Foundation
import Training

/// One task trained in this process, and what is shown of it meanwhile.
package struct TrainRun {
    private let options: TrainOptions
    private let format: OutputFormat
    private let terminal: Terminal
    private let print: (String) -> Void

    /// - Parameters:
    ///   - terminal: shows how far an epoch is, where it can redraw a line.
    ///   - print: writes a line of the result.
    package init(
        _ options: TrainOptions, format: OutputFormat, terminal: Terminal, print: @escaping (String) -> Void
    ) {
        self.options = options
        self.format = format
        self.terminal = terminal
        self.print = print
    }

    /// Trains every epoch, and writes the weights where that is asked for.
    ///
    /// - Throws: `CommandFailure`, a `DataSetError`, a `TrainingError`.
    package func run() throws {
        let parameters = try options.parameters()
        let images = try DataSet.load(options.dataSet, directory: options.dataDirectory)
        let trainer = try Trainer(parameters: parameters, data: images, options: options.trainerOptions())
        let report = TrainReport(format: format, imagesPerEpoch: trainer.imagesPerEpoch)
        defer { terminal.setPanel([]) }
        for _ in 0..<parameters.epochs {
            try trainEpoch(trainer, report)
        }
        if let save = options.save { try write(trainer.checkpoint().encodedWeights(), to: save) }
    }

    private func trainEpoch(_ trainer: Trainer, _ report: TrainReport) throws {
        let start = ContinuousClock.now
        let lastStep = trainer.completedSteps + trainer.stepsPerEpoch
        var trainingTime = Duration.zero, shown = start - .seconds(1)
        let record = try trainer.trainEpoch { step in
            let now = ContinuousClock.now
            trainingTime = now - start
            if options.perStep { print(report.line(step)) }
            guard !options.perStep, terminal.isInteractive, now - shown > .milliseconds(100) else { return }
            shown = now
            terminal.setPanel([StyledLine(report.status(step, stepsLeft: lastStep - step.step, time: trainingTime))])
        }
        terminal.setPanel([])
        print(report.line(record, training: trainingTime, total: .now - start))
    }

    private func write(_ weights: [UInt8], to path: String) throws(CommandFailure) {
        do {
            try Data(weights).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("--save \(path): cannot be written: \(reason(error)); then train again")
        }
    }
}
