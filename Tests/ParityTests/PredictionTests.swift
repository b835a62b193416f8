import ChildProcesses
import Experiment
import Foundation
import TestSupport
import Testing
import Training
import TrainingFixtures

/// A Python with PyTorch: `SWEEP_PYTHON`, or `python3`; `nil` where it has none.
private let python: String? = {
    let name = ProcessInfo.processInfo.environment["SWEEP_PYTHON"] ?? "python3"
    let probe = try? FinishedProcess(running: [name, "-c", "import torch"])
    return probe?.end == .exited(0) ? name : nil
}()

/// PyTorch takes the engine's weights.
struct PredictionTests {
    private let directory = TemporaryDirectory()

    @Test(.enabled(if: python != nil, "PyTorch is not installed"), arguments: Norm.allCases)
    func `PyTorch takes the engine's weights, and predicts the same`(norm: Norm) throws {
        let parameters = TaskParameters(norm: norm, batchSize: 16, seed: 4, epochs: 1)
        let trainer = try Trainer(
            parameters: parameters, data: FormulaImages.dataSet(train: 64, test: 40))
        let record = try trainer.trainEpoch()
        let weights = URL(filePath: directory.file("weights.safetensors"))
        let images = URL(filePath: directory.file("images.bin"))
        try Data(trainer.checkpoint().encodedWeights()).write(to: weights)
        try Data((1_000_000..<1_000_040).flatMap { FormulaImages.record(UInt32($0)) }).write(to: images)

        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "predict.py").path
        let answer = URL(filePath: directory.file("answer.txt"))
        let command = "\"$0\" \"$1\" \"$2\" \"$3\" \(norm.rawValue) 16 >\"$4\""
        let run = try FinishedProcess(
            running: ["sh", "-c", command, try #require(python), script, weights.path, images.path, answer.path])
        try #require(run.end == .exited(0), "\(run.errors)")
        let numbers = try String(contentsOf: answer, encoding: .utf8).split(whereSeparator: \.isWhitespace)
            .compactMap { Double($0) }
        try #require(numbers.count == 2)
        #expect(abs(numbers[0] - record.metrics.valLoss) <= 1e-5 * record.metrics.valLoss)
        #expect(numbers[1] == record.metrics.valAccuracy)
    }
}
