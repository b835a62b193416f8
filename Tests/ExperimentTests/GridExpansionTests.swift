import Experiment
import Testing

struct GridExpansionTests {
    private let digest = DataDigest(standingInFor: .shapes)

    private func sweep(_ grid: String, _ rules: String = "") throws -> Sweep {
        try Sweep(yaml: "name: a\ndata: shapes\ngrid: {\(grid)}\n\(rules)\n", file: "a.yaml")
    }

    private func points(_ sweep: Sweep) -> [String] {
        sweep.points.map { $0.values.map(\.description).joined(separator: " ") }
    }

    @Test func `the axes keep the file's order, the last one varying fastest`() throws {
        let sweep = try sweep("batch_size: [64, 8], seed: [1], norm: [ln, bn]")
        #expect(sweep.axes == [.batchSize, .norm])
        #expect(points(sweep) == ["64 ln", "64 bn", "8 ln", "8 bn"])
    }

    @Test func `tasks are handed out seed by seed, in the order of the file`() throws {
        let tasks = try sweep("seed: [5, 2], norm: [ln, bn]").tasks(dataDigest: digest)
        #expect(
            tasks.map { "\($0.parameters.seed) \($0.parameters.norm.rawValue)" } == ["5 ln", "5 bn", "2 ln", "2 bn"])
        #expect(tasks.allSatisfy { $0.data == .shapes && $0.dataDigest == digest })
    }

    @Test func `zipped axes advance together, where the first of them stands`() throws {
        let sweep = try sweep(
            "norm: [bn, ln], batch_size: [8, 16], capture_gradients: [true, false], learning_rate: [0.1, 0.2], "
                + "seed: [1]",
            "zip: [[learning_rate, batch_size]]")
        #expect(
            points(sweep) == [
                "bn 8 true 0.1", "bn 8 false 0.1", "bn 16 true 0.2", "bn 16 false 0.2",
                "ln 8 true 0.1", "ln 8 false 0.1", "ln 16 true 0.2", "ln 16 false 0.2",
            ])
    }

    @Test func `two zips are multiplied with each other`() throws {
        let sweep = try sweep(
            "norm: [bn, ln], batch_size: [8, 16], epochs: [1, 2, 3], learning_rate: [1, 2, 3], seed: [1]",
            "zip: [[norm, batch_size], [epochs, learning_rate]]")
        #expect(points(sweep) == ["bn 8 1 1", "bn 8 2 2", "bn 8 3 3", "ln 16 1 1", "ln 16 2 2", "ln 16 3 3"])
    }

    @Test func `an exclusion leaves out every point that it matches in part, a list being alternatives`() throws {
        let sweep = try sweep(
            "norm: [bn, ln, none], batch_size: [8, 16, 32], seed: [1]",
            "exclude:\n  - {norm: none}\n  - {norm: bn, batch_size: [8, 32]}")
        #expect(points(sweep) == ["bn 16", "ln 8", "ln 16", "ln 32"])
    }

    @Test func `the order of exclusions makes no difference, even where one covers the other`() throws {
        let grid = "norm: [bn, ln], batch_size: [8, 16], seed: [1]"
        let first = try sweep(grid, "exclude: [{norm: bn}, {norm: bn, batch_size: 8}]")
        let second = try sweep(grid, "exclude: [{norm: bn, batch_size: 8}, {norm: bn}]")
        #expect(first == second)
        #expect(points(first) == ["ln 8", "ln 16"])
    }

    @Test func `included points come last, may have values of their own, and can bring back an excluded point`() throws
    {
        let sweep = try sweep(
            "norm: [bn, ln], batch_size: [8, 16], seed: [1, 2]",
            "exclude: [{norm: bn}]\ninclude:\n  - {batch_size: 64, norm: none}\n  - {norm: bn, batch_size: 8}")
        #expect(points(sweep) == ["ln 8", "ln 16", "none 64", "bn 8"])
        #expect(sweep.tasks(dataDigest: digest).count == 8)
    }

    @Test func `an inclusion can stand in for a grid that is excluded as a whole`() throws {
        let sweep = try sweep("norm: [bn], seed: [1]", "exclude: [{norm: bn}]\ninclude: [{norm: none}]")
        #expect(points(sweep) == ["none"])
    }

    @Test func `a grid of exactly the limit is accepted`() throws {
        let list = { (count: Int) in "[" + (1...count).map(String.init).joined(separator: ",") + "]" }
        let sweep = try sweep("seed: \(list(100)), batch_size: \(list(1_000))")
        #expect(sweep.points.count * sweep.seeds.count == Sweep.taskLimit)
    }

    @Test(arguments: 0..<60)
    func `a generated grid is the product of its axes, whatever the order of its keys`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let grid = GeneratedGrid(&random)
        let sweep = try Sweep(yaml: grid.yaml(order: grid.axes), file: "generated.yaml")
        let tasks = sweep.tasks(dataDigest: digest)
        let expected = grid.axes.reduce(1) { $0 * $1.values.count }
        #expect(tasks.count == expected, "seed \(seed)")
        #expect(Set(tasks.map(\.id)).count == expected, "ids are unique, seed \(seed)")
        for axis in grid.axes {
            // Every value of an axis stands in the same number of tasks.
            let counts = Dictionary(grouping: tasks) { $0.parameters[axis.name]?.description ?? "" }
                .mapValues(\.count)
            let share = expected / axis.values.count
            #expect(counts == Dictionary(uniqueKeysWithValues: axis.values.map { ($0, share) }), "seed \(seed)")
        }
        let shuffled = try Sweep(
            yaml: grid.yaml(order: grid.axes.shuffled(using: &random)), file: "generated.yaml")
        #expect(Set(shuffled.tasks(dataDigest: digest).map(\.id)) == Set(tasks.map(\.id)), "seed \(seed)")
    }
}

/// A sweep file with one to four values on each of some axes.
private struct GeneratedGrid {
    private(set) var axes: [(name: Hyperparameter, values: [String])] = []

    private static let choices: [Hyperparameter: [String]] = [
        .batchSize: ["1", "8", "64", "4096"], .captureGradients: ["true", "false"], .epochs: ["1", "2", "10000"],
        .learningRate: ["0", "0.001", "1e-05", "10"], .norm: ["bn", "ln", "none"],
        .seed: ["0", "42", "4294967295", "7"], .testLimit: ["1", "600"], .trainLimit: ["100", "1000000"],
    ]

    init(_ random: inout SeededRandom) {
        for name in Hyperparameter.allCases where name == .seed || Bool.random(using: &random) {
            let values = Self.choices[name]!.shuffled(using: &random)
            axes.append((name, Array(values.prefix(Int.random(in: 1...values.count, using: &random)))))
        }
        axes.shuffle(using: &random)
    }

    func yaml(order: [(name: Hyperparameter, values: [String])]) -> String {
        let lines = order.map { "  \($0.name.rawValue): [\($0.values.joined(separator: ", "))]\n" }
        return "name: generated\ndata: shapes\ngrid:\n" + lines.joined()
    }
}
