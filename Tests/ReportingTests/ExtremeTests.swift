import Experiment
import Foundation
import FoundationXML
import Reporting
import Testing

/// No stored value may end a reader. Each failure names the seed that `Extremes.report` gives the same report for.
@Suite(.timeLimit(.minutes(5)))
struct ExtremeTests {
    @Test(arguments: 0..<60)
    func `tables, figures and page are made of any numbers and texts`(seed: UInt64) throws {
        let report = Extremes.report(seed: seed, strange: seed.isMultiple(of: 2))
        let contents = try ReportContents(report, facts: nil)
        let figures = contents.tables.figures()
        let drawn = figures.map { FigureWriter.Drawn(figure: $0, svg: Array("<svg></svg>".utf8), paths: []) }
        let html = ReportPage(contents, figures: drawn, figureNote: nil, version: "1").html
        #expect(html.hasSuffix("</html>\n") && !html.contains("<script"))
        for figure in figures {
            // gnuplot has a word of its own for these, and takes a number of other forms for none.
            #expect(!figure.script.contains("[nan") && !figure.script.contains("inf]"), "seed \(seed), \(figure.name)")
        }
        var finals: [FinalAggregate] = []
        try report.forEachFinalAggregate { finals.append($0) }
        #expect(finals.count == report.sweep.points.count)
        #expect(FinalTable(of: finals, report.sweep).text.split(separator: "\n").count == finals.count + 1)
    }

    @Test(arguments: 0..<20)
    func `every number of a table reads back to the same bits`(seed: UInt64) throws {
        let report = Extremes.report(seed: seed, strange: false)
        let expected = report.results.tasksByPoint().flatMap(\.tasks).flatMap { task in
            (report.results.records[task.id] ?? []).flatMap { record in
                Metric.allCases.map { record.metrics[$0].bitPattern }
            }
        }
        let rows = try #require(text(report.content(of: .epochs))).split(separator: "\n").dropFirst()
        let read = rows.flatMap { row in
            row.split(separator: ",", omittingEmptySubsequences: false).suffix(4).map { Double($0)!.bitPattern }
        }
        #expect(read == expected, "seed \(seed)")
        let table = try #require(text(report.content(of: .epochs)))
        let hasLast = report.results.records.values.joined().contains { $0.epoch == .max }
        #expect(table.contains("9223372036854775807") == hasLast)
    }

    @Test(.enabled(if: Gnuplot() != nil, "gnuplot-nox is not installed"), arguments: [0, 1, 2, 3, 4, 5] as [UInt64])
    func `gnuplot draws figures of any numbers`(seed: UInt64) throws {
        let gnuplot = try #require(Gnuplot())
        let figures = try SweepTables(Extremes.report(seed: seed, strange: seed.isMultiple(of: 2))).figures()
        // A figure of each kind.
        let kinds = Dictionary(grouping: figures, by: \.kind).values.map { $0[0] }
        for figure in kinds {
            let picture = try gnuplot.draw(figure, as: .svg)
            #expect(XMLParser(data: Data(picture)).parse(), "seed \(seed), \(figure.name)")
            #expect(try textsOutside(picture, figure).isEmpty, "seed \(seed), \(figure.name)")
        }
    }

    @Test(arguments: Extremes.dates.indices)
    func `an instant that no calendar has is a number`(index: Int) throws {
        var report = sampleReport()
        report.attempts[0].started = Extremes.dates[index]
        let lines = try #require(text(report.content(of: .attempts))).split(separator: "\n")
        let started = try #require(lines.dropFirst().first?.split(separator: ",").dropFirst(5).first)
        #expect(started.hasSuffix("Z") || Double(started) == Extremes.dates[index].timeIntervalSince1970)
    }
}
