import Experiment
import Reporting
import Testing

/// Words to paste.
struct PaperTests {
    private func paper(_ report: Report = sampleReport(), facts: RunFacts? = sampleFacts()) throws -> PaperText {
        PaperText(try ReportContents(report, facts: facts), version: "9.8.7")
    }

    /// Of the two rows with a mark, one has an interval around 0, and one has a single pair. The last one's interval is
    /// 2.29 to 8.06.
    @Test func `the best value is bold, and what the seeds cannot tell from it has a mark`() throws {
        let lines = try paper().text(.markdown).split(separator: "\n")
        #expect(
            lines.prefix(6) == [
                "| norm | learning rate | n | val_acc (%) | best val_acc (%) | val_loss |",
                "| --- | --- | ---: | ---: | ---: | ---: |",
                "| bn | 0.0005 | 3 | 62.40 ± 1.43 † | 62.96 ± 0.69 | 1.1248 ± 0.3877 |",
                "| bn | 0.001 | 2 | **62.88 ± 0.26** | 62.96 ± 0.34 | 0.8199 ± 0.0854 |",
                "| ln | 0.0005 | 2 | 57.82 ± 0.01 † | 58.28 ± 0.48 | 1.3236 ± 0.3479 |",
                "| ln | 0.001 | 3 | 57.32 ± 0.68 | 57.85 ± 0.48 | 1.3525 ± 0.2612 |",
            ])
        let note = try #require(lines.dropFirst(6).first)
        #expect(note.contains("divided by n") && note.contains("n − 1"))
    }

    @Test func `the paragraph says data, seeds, bars, tests, version, processors and time`() throws {
        let text = try paper().text(.markdown)
        for part in [
            "preliminary, unfinished: 10 of 12 trainings are done", "sweep 9.8.7", "the data set shapes", "epochs 3",
            "norm (bn, ln) and learning rate (0.0005, 0.001)", "3 seeds (7, 9, 12)", "n = 2 to 3",
            "standard deviations over seeds, divided by n", "Student's t with n − 1", "sign-flip test",
            "Holm's correction", "3 seeds cannot reach p = 0.05", "core-hours on a processor",
        ] {
            #expect(text.contains(part), "\(part): \(text)")
        }
        // 8.75 s in a slot that has 2 of 8 cores.
        var report = sampleReport()
        report.attempts[0].seconds = 3600
        #expect(try paper(report).text(.markdown).contains("took 2.00 core-hours"))
    }

    @Test(arguments: PaperFormat.allCases)
    func `what is cited has an entry, and no entry is without a citation`(format: PaperFormat) throws {
        let text = try paper().text(format)
        let keys = text.matches(of: /\[@([a-z0-9]+)\]|\\cite\{([a-z0-9]+)\}/).map { String($0.1 ?? $0.2 ?? "") }
        let entries = text.matches(of: /@[a-z]+\{([a-z0-9]+),/).map { String($0.1) }
        #expect(Set(keys) == Set(entries) && keys.count >= 7, "\(keys) \(entries)")
        #expect(Set(entries).count == entries.count)
    }

    @Test func `LaTeX has its special characters escaped`() throws {
        let text = try paper().text(.latex)
        let words = text.prefix(upTo: try #require(text.firstRange(of: "@article")).lowerBound)
        #expect(words.contains("\\textbf{62.88 $\\pm$ 0.26}") && words.contains("val\\_acc (\\%)"))
        #expect(words.contains("57.82 $\\pm$ 0.01 $^\\dagger$") && words.contains("$^\\dagger$: the 95 \\% interval"))
        #expect(!words.contains { "±−†ⁿ≤".contains($0) })
        let lines = words.split(separator: "\n").filter { !$0.hasPrefix("%") }
        #expect(lines.allSatisfy { $0.matches(of: /(?:^|[^\\])[%#]/).isEmpty }, "\(words)")
        #expect(words.count { $0 == "{" } == words.count { $0 == "}" })
    }

    @Test func `a sweep that has not begun, and tables alone, have words too`() throws {
        var report = sampleReport()
        report.results.records = [:]
        report.attempts = []
        let text = try paper(report, facts: nil).text(.markdown)
        #expect(text.contains("| bn | 0.0005 | 0 | – | – | – |") && text.contains("nothing is stored yet"))
        #expect(try !paper(facts: nil).text(.latex).isEmpty)
    }

    @Test func `the report has both`() throws {
        let contents = try ReportContents(sampleReport(), facts: sampleFacts())
        let html = ReportPage(contents, figures: [], figureNote: nil, version: "9.8.7").html
        #expect(html.contains("Words to paste") && html.contains("**62.88 ± 0.26**"))
        #expect(html.contains("\\begin{tabular}{llrrrr}") && html.contains("@article{holm1979,"))
    }
}
