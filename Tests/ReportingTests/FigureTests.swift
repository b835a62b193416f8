import Experiment
import Foundation
import Reporting
import Testing

/// Figures are made of the tables alone.
struct FigureTests {
    static let names = [
        "1-train_loss-learning_rate-0.0005", "1-train_loss-learning_rate-0.001",
        "2-val_loss-learning_rate-0.0005", "2-val_loss-learning_rate-0.001",
        "3-val_accuracy-learning_rate-0.0005", "3-val_accuracy-learning_rate-0.001",
        "4-gradient_norm-learning_rate-0.0005", "4-gradient_norm-learning_rate-0.001",
        "5-layer_gradients-learning_rate-0.0005", "5-layer_gradients-learning_rate-0.001",
        "6-final_accuracy", "7-paired_difference-bn-ln", "8-interval_estimates", "9-superiority",
        "10-runs-learning_rate-0.0005", "10-runs-learning_rate-0.001", "11-agreement-bn-ln",
    ]

    @Test func `a sweep has the notebook's six figures and five on what the seeds say`() throws {
        #expect(try SweepTables(sampleReport()).figures().map(\.name) == Self.names)
    }

    /// Data and commands, of one figure of each kind.
    @Test(arguments: names.filter { !$0.hasSuffix("0.001") })
    func `a figure equals its golden file`(name: String) throws {
        let figure = try #require(SweepTables(sampleReport()).figures().first { $0.name == name })
        #expect(try matchesGolden(figure.script, "figures/\(name).gp"))
    }

    @Test func `the order of tasks and rows does not matter`() throws {
        let report = sampleReport()
        var shuffled = report
        var generator = SeededRandom(seed: 3)
        shuffled.results.tasks.shuffle(using: &generator)
        #expect(try SweepTables(shuffled).figures() == SweepTables(report).figures())
        let reversed = try SweepTables(
            TestTables { file in
                guard file == .epochs || file == .aggregate || file == .final else { return report.content(of: file) }
                let lines = text(report.content(of: file))!.split(separator: "\n")
                return Array((lines.prefix(1) + lines.dropFirst().reversed()).joined(separator: "\n").utf8)
            })
        #expect(try reversed.figures() == SweepTables(report).figures())
    }

    @Test func `the paired differences have the interval of comparison.csv`() throws {
        let figure = try #require(SweepTables(sampleReport()).figures().first { $0.name.hasPrefix("7-") })
        let comparison = try #require(try ComparisonTable(sampleReport()))
        let row = try #require(comparison.rows.rows.first { $0.metric == "final val_acc" })
        let numbers = [row.mean, row.low, row.high].compactMap(\.self)
        try #require(numbers.count == 3)
        #expect(figure.script.contains("$means << EOD\n0 " + numbers.map { shortestText($0) }.joined(separator: " ")))
    }

    @Test func `a sweep that has not begun has figures that say so`() throws {
        var report = sampleReport()
        report.results.records = [:]
        let figures = try SweepTables(report).figures()
        #expect(figures.map(\.name) == Self.names)
        #expect(figures.allSatisfy { $0.script.contains("yet.'") })
    }

    @Test func `a sweep in the middle says how much is done`() throws {
        let figures = try SweepTables(sampleReport()).figures()
        let last = try #require(figures.first { $0.name == "6-final_accuracy" })
        #expect(last.script.contains("unfinished: 10 of 12 trainings are done"))
        #expect(last.title == "Final validation accuracy (%) by learning rate, n = 2 to 3")
    }

    @Test func `one seed has no band, and the figure says why`() throws {
        let report = Report(results: sampleResults(seeds: [7]), attempts: [])
        let figure = try #require(SweepTables(report).figures().first)
        #expect(figure.script.contains("one seed: no standard deviation to show"))
        #expect(figure.title == "Training loss, learning rate 0.0005, n = 1")
    }

    @Test func `a sweep without captured gradients has figures that say how to capture`() throws {
        let report = Report(results: sampleResults(captures: false), attempts: [])
        let figures = try SweepTables(report).figures()
        let names = figures.filter { $0.script.contains("capture_gradients: true") }.map(\.name)
        #expect(names == ["4-gradient_norm", "5-layer_gradients"])
    }

    /// Norms, a batch size and so many rates: the combinations that the figures are made for.
    private func wide(rates: Int, norms: [String] = ["bn"]) -> Report {
        let axes: [Hyperparameter] = [.norm, .batchSize, .learningRate]
        let constants = TaskParameters(epochs: 1)
        let points = norms.flatMap { norm in
            [16, 32].flatMap { size in
                (1...rates).map { rate in
                    Point(
                        axes: axes, values: [.word(norm), .integer(size), .real(Double(rate) / 1e4)],
                        constants: constants)
                }
            }
        }
        let sweep = Sweep(name: "wide", data: .shapes, axes: axes, seeds: [1], points: points)
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.map { ($0.id, sampleRecords(of: $0, epochs: 1)) }
        return Report(
            results: SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records)),
            attempts: [])
    }

    @Test(arguments: [10, 100, 500])
    func `the number of figures has a bound, and what is left out is said`(rates: Int) throws {
        let tables = try SweepTables(wide(rates: rates))
        let kinds = Dictionary(grouping: tables.figures(), by: \.kind)
        #expect(kinds.count == 11 && kinds.values.allSatisfy { $0.count <= 24 })
        guard rates > 24 else { return #expect(tables.omissions.isEmpty) }
        #expect(kinds["6"]?.count == 24)
        #expect(
            tables.omissions == [
                "the figures but that of the final accuracy show the first 24 of "
                    + "\(rates == 500 ? "1,000" : "\(2 * rates)") combinations of batch size and learning rate",
                "the final accuracy is drawn for the first 24 of \(rates) combinations of the other axes",
                "comparison.csv compares each value of learning rate with the next one and with the first alone: "
                    + "it has \(rates) values, and all pairs are compared of up to 12",
            ])
    }

    @Test func `the page says what its tables and figures leave out`() throws {
        let contents = try ReportContents(wide(rates: 100), facts: nil)
        let html = ReportPage(contents, figures: [], figureNote: nil, version: "1").html
        for omission in contents.tables.omissions { #expect(html.contains("Note: \(omission).")) }
        #expect(html.contains("The first 500 of "))
    }

    @Test func `a table comes in pieces, however long it is`() throws {
        var sizes: [Int] = []
        _ = try wide(rates: 500).read(.comparison) { sizes.append($0.count) }
        #expect(sizes.count > 5 && sizes.allSatisfy { $0 <= 80 << 10 })
    }

    @Test func `a name out of a file can neither end a string nor run a command`() {
        #expect(GnuplotScript.quoted("it's\n`date`") == "'it''s `date`'")
        #expect(GnuplotScript.quoted(lines: ["a\"b", "`date`\\"]) == #""a'b\n'date'\\""#)
    }
}

struct CurveTests {
    private func rollingMeans(_ values: [Double], window: Int) -> [Double] {
        var mean = RollingMean(window: window)
        return values.compactMap { mean.next($0) }
    }

    private func thinned(_ values: [Double]) -> [(step: Int, value: Double)] {
        var curve = ThinnedCurve()
        for (index, value) in values.enumerated() { curve.add(value, at: index + 1) }
        return curve.points
    }

    @Test func `the rolling mean is that of the last values`() {
        #expect(rollingMeans([1, 2, 3, 4, 6], window: 2) == [1.5, 2.5, 3.5, 5])
        #expect(rollingMeans([1, 2, 3], window: 3) == [2])
        #expect(rollingMeans([1, 2], window: 3).isEmpty)
    }

    @Test(arguments: [4_001, 16_001, 100_000, 1_000_003])
    func `a thinned curve keeps its extremes at their steps, however long it is`(count: Int) {
        var values = (0..<count).map { Double($0 % 10) }
        values[count / 2] = 99
        values[count - 1] = -99
        let points = thinned(values)
        #expect((1_000...4_000).contains(points.count))
        #expect(points.contains { $0 == (count / 2 + 1, 99) })
        #expect(points.last! == (count, -99))
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.step < $1.step })
        #expect(points.allSatisfy { values[$0.step - 1] == $0.value })
    }

    @Test func `a short curve is whole, without what is no number`() {
        let values = (0..<4_000).map { Double(($0 * 7_919) % 1_009) }
        #expect(thinned(values).map(\.value) == values)
        #expect(thinned([5, .nan, 6, -.infinity]).map(\.step) == [1, 3])
    }

    @Test func `axes that advance together give one curve, not a figure for each point`() throws {
        let axes: [Hyperparameter] = [.norm, .batchSize, .learningRate]
        let points = ["bn", "ln"].flatMap { norm in
            [(16, 0.001), (32, 0.002)].map { size, rate in
                Point(
                    axes: axes, values: [.word(norm), .integer(size), .real(rate)],
                    constants: TaskParameters(epochs: 1))
            }
        }
        let sweep = Sweep(name: "zipped", data: .shapes, axes: axes, seeds: [1], points: points)
        let tasks = sweep.tasks(dataDigest: digest)
        let records = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, sampleRecords(of: $0, epochs: 1)) })
        let results = SweepResults(sweep: sweep, tasks: tasks, records: records)
        let figures = try SweepTables(Report(results: results, attempts: [])).figures()
        let last = figures.filter { $0.name.hasPrefix("6-") }
        #expect(last.map(\.name) == ["6-final_accuracy"])
        #expect(last[0].script.contains("set logscale x 2"))
    }
}
