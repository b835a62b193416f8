import CommandFixtures
import CommandOutput
import Commands
import Foundation
import TestSupport
import Testing
import Training

/// One task is trained in this process.
struct TrainRunTests {
    private let directory = TemporaryDirectory()
    private let terminal = Terminal(isInteractive: false, hasColors: false, write: { _ in }, measure: { nil })

    private var options: TrainOptions {
        var options = TrainOptions()
        options.data = "shapes"
        (options.batchSize, options.epochs, options.trainLimit, options.testLimit) = (16, 2, 48, 16)
        return options
    }

    private func lines(_ options: TrainOptions) throws -> [String] {
        var lines: [String] = []
        try TrainRun(options, format: .text, terminal: terminal) { lines.append($0) }.run()
        return lines
    }

    @Test func `a line comes for each epoch`() throws {
        let lines = try lines(options)
        #expect(lines.count == 2)
        #expect(lines.enumerated().allSatisfy { $1.hasPrefix("epoch \($0 + 1) train_loss ") }, "\(lines)")
    }

    @Test func `before it come those of its steps, where they are wanted`() throws {
        var options = options
        options.perStep = true
        let starts = try lines(options).map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        let steps = (1...6).map { "epoch \(($0 + 2) / 3) step" }
        #expect(starts.count == 8 && [starts[3], starts[7]].allSatisfy { $0.hasSuffix("train_loss") })
        #expect((starts[0..<3] + starts[4..<7]).elementsEqual(steps), "\(starts)")
    }

    @Test func `the weights are those of the trained network`() throws {
        var options = options
        options.save = "\(directory.path)/weights.safetensors"
        _ = try lines(options)
        let trainer = try Trainer(
            parameters: options.parameters(), data: DataSet.load(.shapes, directory: nil),
            options: options.trainerOptions())
        for _ in 1...2 { _ = try trainer.trainEpoch() }
        let written = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/weights.safetensors"))
        #expect(Array(written) == Array(trainer.checkpoint().encodedWeights()))
    }

    @Test func `weights that cannot be written are a failure that says so`() throws {
        var options = options
        options.epochs = 1
        options.save = "\(directory.path)/missing/weights.safetensors"
        let failure = commandFailure { _ = try lines(options) }
        #expect(failure?.message.hasPrefix("--save \(directory.path)/missing/weights.safetensors: cannot be") == true)
        #expect(failure?.message.hasSuffix("; then train again") == true, "\(failure?.message ?? "")")
    }
}
