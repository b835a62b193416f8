import Experiment
import Reporting
import Testing

/// Figures of what the seeds say: intervals, superiority, every run.
struct SeedFigureTests {
    private func figure(_ kind: String, of report: Report) throws -> Figure {
        try #require(SweepTables(report).figures().first { $0.kind == kind })
    }

    private func seedsReport() throws -> Report { Report(results: try seedsResults(), attempts: []) }

    /// The rows of a data block, without the gaps between lines.
    private func block(_ name: String, of figure: Figure) throws -> [[Double]] {
        let start = try #require(figure.script.firstRange(of: "$\(name) << EOD\n")).upperBound
        let end = try #require(figure.script[start...].firstRange(of: "EOD")).lowerBound
        return figure.script[start..<end].split(separator: "\n").map { line in
            line.split(separator: " ").map { Double($0) ?? .nan }
        }
    }

    @Test func `the superiority that is drawn is that of comparison.csv`() throws {
        let report = try seedsReport()
        let figure = try figure("9", of: report)
        let table = try #require(try ComparisonTable(report))
        // BN and LN at five batch sizes: two have no interval, since there is one seed, or two that agree.
        let rows = table.rows.rows.filter { $0.metric == "final val_acc" }.prefix(5).compactMap(\.resampled)
        let expected = rows.compactMap { row in
            row.superiorityInterval.map { [row.superiority ?? .nan, $0.lowerBound, $0.upperBound] }
        }
        #expect(try block("bars0", of: figure).map { Array($0.dropFirst()) } == expected && expected.count == 3)
        #expect(
            try block("dots0", of: figure).compactMap { $0.dropFirst().first }
                == rows.prefix(2).compactMap(\.superiority))
        #expect(figure.script.contains("hollow: no interval, one pair or all pairs agree"))
    }

    @Test func `every point has its interval of final.csv, or a hollow mark`() throws {
        let figure = try figure("8", of: try seedsReport())
        let lines = try #require(text(seedsReport().content(of: .final))).split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let columns = try ["val_acc_mean", "val_acc_ci_low", "val_acc_ci_high"].map { name in
            try #require(lines.first?.firstIndex(of: name))
        }
        let expected = lines.dropFirst().prefix(5).map { row in columns.compactMap { Double(row[$0]) } }
        #expect(
            try block("bars0", of: figure).map { Array($0.dropFirst()) } == expected.filter { $0.count == 3 })
        #expect(try block("dots0", of: figure).count == expected.filter { $0.count == 1 }.count)
    }

    @Test func `every seed has a line, and none is hidden`() throws {
        let report = sampleReport()
        let figure = try figure("10", of: report)
        let lines = try #require(text(report.content(of: .epochs))).split(separator: "\n")
        for (index, norm) in ["bn", "ln"].enumerated() {
            let rows = lines.filter { $0.hasPrefix("\(norm),0.0005,") }.map { line in
                line.split(separator: ",").suffix(5).map { Double($0) ?? .nan }
            }
            try #require(rows.allSatisfy { $0.count == 5 })
            #expect(try block("runs\(index)", of: figure) == rows.map { [$0[0], $0[4]] })
        }
        // One seed of the second norm has one epoch, which no line would show.
        #expect(figure.script.contains("$runs0 with lines ") && figure.script.contains("$runs1 with linespoints "))
        #expect(figure.script.contains("unfinished: 5 of 6 trainings are done"))
    }

    @Test func `with one seed each says so`() throws {
        let report = Report(results: sampleResults(seeds: [7]), attempts: [])
        #expect(try figure("8", of: report).script.contains("one seed: no interval to show"))
        #expect(try figure("9", of: report).script.contains("hollow: no interval, one pair or all pairs agree"))
        #expect(try figure("10", of: report).script.contains("one seed: no mean to show"))
    }

    @Test func `a sweep without a second value says what a comparison needs`() throws {
        var results = sampleResults()
        let points = results.sweep.points.filter { $0.parameters.norm == .batch }
        results.sweep = Sweep(
            name: "one", data: .shapes, axes: results.sweep.axes, seeds: results.sweep.seeds, points: points)
        results.tasks = results.tasks.filter { $0.parameters.norm == .batch }
        let figure = try figure("9", of: Report(results: results, attempts: []))
        #expect(figure.script.contains("Only one norm in this sweep: a comparison needs two."))
    }
}
