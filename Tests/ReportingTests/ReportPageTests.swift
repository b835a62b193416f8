import Experiment
import Foundation
import Reporting
import Status
import Testing

struct ReportPageTests {
    private static let hostile = "<script>alert('x')</script> & \"more\""

    private func facts() -> RunFacts { sampleFacts(failure: Self.hostile) }

    private func page(_ report: Report = sampleReport(), facts: RunFacts?, note: String? = nil) throws -> String {
        let contents = try ReportContents(report, facts: facts)
        let svg = Array("<?xml?>\n<svg \n id=\"a\"><use xlink:href='#a'/></svg>\n".utf8)
        let drawn = contents.tables.figures().map { FigureWriter.Drawn(figure: $0, svg: svg, paths: []) }
        return ReportPage(
            contents, figures: note == nil ? drawn : [], figureNote: note, version: "9.8.7"
        ).html
    }

    @Test func `everything of the sweep is on the page`() throws {
        let html = try page(facts: facts())
        for part in [
            "<h1>sample</h1>", "10 of 12 tasks done, on shapes.", "62.96 ± 0.69", "norm: bn − ln", "north, east",
            "a processor", "4 of 8", "0.1.0, 0.1.0+0123456789ab, 0.1.0+fedcba987654", "sweep 9.8.7", "name: sample #",
            "failed: &lt;script&gt;",
            "worker-lost", "No alarms",
        ] {
            #expect(html.contains(part), "\(part)")
        }
        #expect(html.matches(of: #/<svg /#).count == FigureTests.names.count)
    }

    @Test func `attempts of version 0.1, whose table names no build, are on the page`() throws {
        let table = try #require(text(sampleReport().content(of: .attempts)))
        let older = table.replacing(",build\n", with: "\n").replacing(/,0\.1\.0[+0-9a-f]*\n/, with: "\n")
        try #require(!older.contains("0.1.0") && !older.contains("build"))
        let tables = TestTables { $0 == .attempts ? Array(older.utf8) : sampleReport().content(of: $0) }
        let html = ReportPage(
            try ReportContents(tables, facts: nil), figures: [], figureNote: "none", version: "9.8.7"
        ).html
        #expect(html.contains("north, east") && html.contains("worker-lost") && !html.contains("0.1.0"))
    }

    @Test func `of many builds of a worker a few are on the page`() throws {
        var report = sampleReport()
        report.attempts += (10..<20).map { number in
            var attempt = report.attempts[0]
            attempt.build = "0.1.0+\(number)"
            return attempt
        }
        let html = try page(report, facts: nil)
        #expect(html.contains("…") && html.matches(of: /0\.1\.0\+1\d\b/).count < 5)
    }

    @Test func `names and reasons are text, whatever they are`() throws {
        var report = sampleReport()
        report.attempts[0].host = Self.hostile
        report.attempts[1].reason = "\(alarmMark) \(Self.hostile)"
        var facts = facts()
        facts.name = Self.hostile
        facts.snapshot.progress.alarms = 1
        let html = try page(report, facts: facts)
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"))
        #expect(html.contains("1 record came out with other bits"))
        #expect(!html.contains("No alarms"))
    }

    @Test func `the page needs nothing from elsewhere, and its names differ`() throws {
        let html = try page(facts: facts())
        #expect(html.matches(of: /(src|href)=["'](?!#)/).isEmpty)
        #expect(!html.contains("@import") && !html.contains("url(http"))
        let names = html.matches(of: /\bid=["']([^"']+)/).map { $0.1 }
        #expect(!names.isEmpty && Set(names).count == names.count)
        #expect(html.contains("href='#f3-a'"))
    }

    @Test func `tables alone make a page, without figures one that says why`() throws {
        let html = try page(facts: nil, note: Gnuplot.installation)
        #expect(html.contains("apt-get install gnuplot-nox"))
        #expect(html.contains("north, east"))
        #expect(!html.contains("<svg") && !html.contains("Sweep file"))
    }

    @Test func `the same sweep gives the same page`() throws {
        #expect(try page(facts: facts()) == page(facts: facts()))
    }

    @Test func `control characters leave no trace`() {
        #expect(HTML.escaped("a\u{1b}[0m\u{0}b\u{85}é\n") == "a\u{fffd}[0m\u{fffd}b\u{fffd}é\n")
    }

    /// A host's name in a table that somebody else made: see `String.withoutControls`.
    @Test func `what turns the direction of writing or ends a line leaves no trace`() {
        let turning: [ClosedRange<UInt32>] = [
            0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029,
        ]
        for value in turning.joined() {
            let text = "a\(Unicode.Scalar(value)!)b"
            #expect(HTML.escaped(text) == "a\u{fffd}b", "U+\(String(value, radix: 16))")
        }
        for text in ["\u{61B}\u{61D}", "\u{200D}\u{2010}\u{2027}\u{202F}\u{2065}\u{206A}", "א–ب → ✓"] {
            #expect(HTML.escaped(text) == text)
        }
    }
}
