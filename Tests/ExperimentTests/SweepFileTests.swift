import Experiment
import Foundation
import Testing

struct SweepFileTests {
    @Test func `the example of the design gives its sweep`() throws {
        let sweep = try Sweep(yaml: try file("convergence"), file: "convergence.yaml")
        #expect(sweep.name == "convergence")
        #expect(sweep.data == .cifar10)
        #expect(sweep.axes == [.norm, .batchSize])
        #expect(sweep.seeds == [202, 203, 204, 205, 206])
        #expect(sweep.points.map(\.values) == [[.word("bn"), .integer(64)], [.word("ln"), .integer(64)]])
        let expected = TaskParameters(
            norm: .layer, batchSize: 64, seed: 206, epochs: 15, learningRate: 0.001, captureGradients: true)
        #expect(sweep.points.last?.parameters(seed: 206) == expected)
    }

    @Test(
        arguments: [("quick", 12), ("convergence", 10), ("batch-sensitivity", 10), ("full", 50)])
    func `each sweep that comes with the program has the tasks that it says`(name: String, taskCount: Int) throws {
        let sweep = try Sweep(yaml: try file(name), file: name)
        #expect(sweep.name == name)
        #expect(sweep.points.count * sweep.seeds.count == taskCount)
    }

    @Test func `the rules shown in the comments of the shipped sweeps work as they are written`() throws {
        let batch = try Sweep(yaml: try uncommented("batch-sensitivity", from: "exclude:"), file: "batch.yaml")
        #expect(batch.points.count == 10 - 2 + 1)
        let full = try file("full")
        let rates = "  learning_rate: [0.000125, 0.00025, 0.0005, 0.001, 0.002]\n"
        #expect(full.contains("#   " + rates.dropLast()))
        let zipped =
            full.replacing("  seed: [2", with: rates + "  seed: [2") + "zip:\n  - [batch_size, learning_rate]\n"
        let sweep = try Sweep(yaml: zipped, file: "full.yaml")
        #expect(sweep.points.count == 10)
        #expect(sweep.points.allSatisfy { $0.parameters.learningRate == 0.001 * Double($0.parameters.batchSize) / 64 })
    }

    @Test func `what a file does not set has the defaults of the notebook`() throws {
        let sweep = try Sweep(yaml: "name: a\ndata: shapes\ngrid: {seed: [7]}\n", file: "a.yaml")
        #expect(sweep.axes.isEmpty)
        #expect(sweep.points.map { $0.parameters(seed: 7) } == [TaskParameters(seed: 7)])
    }

    @Test func `every hyperparameter can be an axis or a constant, and gives the same tasks`() throws {
        let values = [
            "batch_size: 8", "capture_gradients: true", "epochs: 2", "learning_rate: 1e-3", "norm: none",
            "test_limit: 10", "train_limit: 20",
        ]
        #expect(values.count + 1 == Hyperparameter.allCases.count)
        let axes = values.map { "  " + $0.replacing(": ", with: ": [") + "]\n" }.joined()
        let constants = values.map { "  \($0)\n" }.joined()
        let head = "name: a\ndata: shapes\ngrid:\n  seed: [3]\n"
        let digest = DataDigest(standingInFor: .shapes)
        let byAxes = try Sweep(yaml: head + axes, file: "a.yaml").tasks(dataDigest: digest)
        let byConstants = try Sweep(yaml: head + "train:\n" + constants, file: "a.yaml").tasks(dataDigest: digest)
        #expect(byAxes == byConstants)
        #expect(
            byAxes.map(\.parameters) == [
                TaskParameters(
                    norm: .none, batchSize: 8, seed: 3, epochs: 2, learningRate: 0.001, captureGradients: true,
                    trainLimit: 20, testLimit: 10)
            ])
    }

    @Test(
        arguments: [
            ("0.001", 0.001), ("1e-3", 0.001), ("1.e-3", 0.001), ("1.0E-3", 0.001), (".001", 0.001), ("+0.001", 0.001),
            ("1", 1), ("1.", 1), ("1.0", 1), ("0", 0), ("-0", 0), ("1e1", 10), ("2.5e-07", 2.5e-7),
        ])
    func `a rate is read in every decimal form of YAML 1.2`(text: String, expected: Double) throws {
        let sweep = try Sweep(
            yaml: "name: a\ndata: shapes\ngrid: {seed: [1], learning_rate: [\(text)]}\n", file: "a.yaml")
        let rate = try #require(sweep.points.first).parameters.learningRate
        #expect(rate.bitPattern == expected.bitPattern)
    }

    @Test func `quotes, order, comments, block and flow style make no difference`() throws {
        let block = try Sweep(
            yaml: """
                # a comment
                train:
                  "epochs": 3
                data: "shapes"
                grid:
                  norm:
                    - 'bn'
                    - none
                  seed:
                    - 1
                name: 'a'
                exclude:
                include: ~
                zip: []
                """, file: "a.yaml")
        let flow = try Sweep(
            yaml: "{name: a, data: shapes, grid: {norm: [bn, none], seed: [1]}, train: {epochs: 3}}", file: "b.yaml")
        #expect(block == flow)
    }

    @Test func `lines may end as on Windows, and a byte order mark may come first`() throws {
        let text = "\u{FEFF}name: a\r\ndata: shapes\r\ngrid:\r\n  seed: [1]\r\n"
        #expect(try Sweep(bytes: Array(text.utf8), file: "a.yaml").name == "a")
        let error = #expect(throws: SweepFileError.self) {
            try Sweep(yaml: text + "epohcs: 3\r\n", file: "a.yaml")
        }
        #expect(error?.line == 5)
    }

    @Test(arguments: 0...40)
    func `the file's text may be of any length, the shortest too`(length: Int) {
        let text = String("{name: a, data: shapes, grid: {seed: [1]}}".prefix(length))
        #expect(throws: SweepFileError.self) { try Sweep(yaml: text, file: "a.yaml") }
    }

    private func file(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("sweeps/\(name).yaml"), encoding: .utf8)
    }

    /// The file with the indented lines of its comments, from `first` on, made part of it.
    private func uncommented(_ name: String, from first: String) throws -> String {
        let text = try file(name)
        let rules = text.split(separator: "\n").filter { $0.hasPrefix("#   ") }.map { $0.dropFirst(4) }
        #expect(rules.first == first[...])
        return text + rules.joined(separator: "\n") + "\n"
    }
}
