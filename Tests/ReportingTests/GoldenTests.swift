import Experiment
import Foundation
import Reporting
import Testing

/// The tables of a sweep in the middle.
struct GoldenTests {
    @Test(arguments: ReportFile.allCases)
    func `a table equals its golden file`(file: ReportFile) throws {
        let content = try #require(text(sampleReport().content(of: file)))
        #expect(try matchesGolden(content, file.rawValue))
    }

    @Test func `the final table equals its golden file`() throws {
        #expect(try matchesGolden(sampleTable().text, "final_table.txt"))
    }

    @Test(arguments: ReportFile.allCases)
    func `the order of tasks and of arrival does not matter`(file: ReportFile) {
        let report = sampleReport()
        var shuffled = report
        var generator = SeededRandom(seed: 1)
        shuffled.results.tasks.shuffle(using: &generator)
        #expect(shuffled.content(of: file) == report.content(of: file))
    }

    @Test(arguments: ReportFile.allCases)
    func `a sweep that has not begun has tables with a header`(file: ReportFile) {
        var report = sampleReport()
        report.results.records = [:]
        report.attempts = []
        let lines = text(report.content(of: file))?.split(separator: "\n") ?? []
        #expect(!lines.isEmpty)
        #expect(lines.count == 1 || [.final, .comparison, .summary, .noise, .noiseComparison].contains(file))
        #expect(Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    }

    @Test func `a sweep without captured gradients has no gradient tables`() {
        let report = Report(results: sampleResults(captures: false), attempts: [])
        #expect(report.content(of: .gradientNorms) == nil)
        #expect(report.content(of: .layerGradients) == nil)
        #expect(report.content(of: .epochs) != nil)
    }

    @Test func `numbers read back to the same bits`() throws {
        let results = sampleResults()
        let rows = try #require(text(Report(results: results, attempts: []).content(of: .epochs)))
            .split(separator: "\n").dropFirst().map { $0.split(separator: ",").suffix(4).map { Double($0) } }
        let expected = results.tasksByPoint().flatMap(\.tasks).flatMap { results.records[$0.id] ?? [] }.map { record in
            Metric.allCases.map { record.metrics[$0] }
        }
        #expect(rows == expected)
    }

    /// `Golden/numpy_aggregate.py` made the file from `Golden/epochs.csv`.
    @Test func `aggregate.csv has numpy's numbers to the last bit`() throws {
        let numpy = try numbers(String(contentsOf: goldenFile("numpy_aggregate.csv"), encoding: .utf8))
        let ours = try numbers(#require(text(sampleReport().content(of: .aggregate))))
        #expect(ours.count == 12)
        // Standard errors and intervals come behind them.
        #expect(zip(ours, numpy).allSatisfy { $0.prefix($1.count).elementsEqual($1) } && numpy.count == 12)
    }

    /// All but the header, and of each row all but the norm.
    private func numbers(_ table: String) -> [[Double?]] {
        table.split(separator: "\n").dropFirst().map { $0.split(separator: ",").dropFirst().map { Double($0) } }
    }
}

private func sampleTable(
    of results: SweepResults = sampleResults(), width: Int? = nil, rowLimit: Int? = nil
) throws -> FinalTable {
    var finals: [FinalAggregate] = []
    try results.forEachFinalAggregate { finals.append($0) }
    return FinalTable(of: finals, results.sweep, width: width, rowLimit: rowLimit)
}

/// The table for people.
struct FinalTableTests {
    @Test(arguments: [80, 60, 52, 42, 1])
    func `the final table gives up columns to fit, and says which`(width: Int) throws {
        let table = try sampleTable(width: width)
        let lines = table.text.split(separator: "\n")
        try #require(lines.count == 5)
        #expect(Set(lines.map(\.count)).count == 1)
        #expect(lines[0].count <= max(width, 42))
        #expect(lines[0].contains("val_acc %"))
        for title in ["best %", "val_loss"] {
            #expect(lines[0].contains(title) != table.leftOut.contains(title), "\(title)")
        }
        #expect(table.leftOut.isEmpty == (try table.text == sampleTable().text))
    }

    @Test func `every part that can go is named`() throws {
        #expect(try sampleTable(width: 1).leftOut == ["best %", "val_loss"])
        #expect(
            try sampleTable(width: 60).leftOut == [
                "the standard deviation of best %", "the standard deviation of val_loss",
            ])
    }

    /// All that a sweep can vary.
    @Test func `without a bound seven axes lose nothing`() throws {
        let axes = Hyperparameter.allCases.filter { $0 != .seed }
        let parameters = TaskParameters(epochs: 3, trainLimit: 100_000, testLimit: 10_000)
        let point = Point(axes: axes, values: axes.map { parameters[$0]! }, constants: parameters)
        let sweep = Sweep(name: "wide", data: .shapes, axes: axes, seeds: [1], points: [point])
        let task = sweep.tasks(dataDigest: digest)[0]
        let results = SweepResults(
            sweep: sweep, tasks: [task], records: [task.id: sampleRecords(of: task, epochs: 3)])
        let table = try sampleTable(of: results)
        #expect(table.leftOut.isEmpty)
        #expect(table.text.contains("best %") && table.text.contains("val_loss"))
        #expect(try sampleTable(of: results, width: 80).leftOut == ["best %", "val_loss"])
    }

    @Test func `rows beyond the limit are counted`() throws {
        let table = try sampleTable(rowLimit: 3)
        #expect(table.text.split(separator: "\n").count == 4)
        #expect(table.leftOut == ["1 more point"])
    }

    @Test func `a point without a finished seed shows dashes`() throws {
        var results = sampleResults()
        results.records = [:]
        let line = try #require(try sampleTable(of: results).text.split(separator: "\n").dropFirst().first)
        #expect(line.split(separator: " ") == ["bn", "0.0005", "0/3", "-", "-", "-"])
    }
}
