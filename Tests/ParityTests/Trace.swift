import Experiment
import Foundation
import Testing

/// One run of the PyTorch notebook's loop, as stored in `Traces`.
struct Trace: Sendable, CustomTestStringConvertible {
    let file: String
    let parameters: TaskParameters
    let losses: [Double]
    let gradientNorms: [Double]
    /// The validation losses, one an epoch.
    let validationLosses: [Double]

    var testDescription: String { "\(file), learning rate \(parameters.learningRate)" }

    static let all: [Trace] = Norm.allCases.flatMap { norm in
        [64, 16].flatMap { read("\(norm.rawValue)-\($0).txt") }
    }

    /// The runs of a file: each starts with its command after `$`.
    private static func read(_ name: String) -> [Trace] {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        guard let text = try? String(contentsOf: directory.appending(path: "Traces/\(name)"), encoding: .utf8) else {
            return []
        }
        return text.split(separator: "$ ").dropFirst().map { Trace(file: name, run: $0) }
    }

    private init(file: String, run: Substring) {
        let lines = run.split(separator: "\n").map { $0.split(separator: " ") }
        let command = lines[0]
        let option = { (name: String) in
            command.firstIndex(where: { $0 == name }).map { String(command[command.index(after: $0)]) }
        }
        self.file = file
        parameters = TaskParameters(
            norm: Norm(rawValue: String(command[2]))!, batchSize: Int(command[3])!, seed: Int(command[4])!,
            epochs: Int(command[5])!, learningRate: option("--lr").flatMap(Double.init) ?? 0.001,
            trainLimit: Int(option("--train")!), testLimit: Int(option("--test")!))
        let steps = lines.filter { $0[0] == "step" }
        losses = steps.map { Double($0[2])! }
        gradientNorms = steps.map { Double($0[3])! }
        validationLosses = lines.filter { $0[0] == "epoch" }.map { Double($0[5])! }
    }
}
