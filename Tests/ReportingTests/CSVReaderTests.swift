import Experiment
import Reporting
import Testing

/// Tables are read back.
struct CSVReaderTests {
    private func rows(_ text: String, pieceSize: Int = 1000) throws -> [[String]] {
        var reader = CSVReader(file: "t.csv")
        var rows: [[String]] = []
        func take(_ row: CSVRow) { rows.append(row.fields.indices.map { row.text($0) }) }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            try reader.take(Array(bytes[start..<min(start + pieceSize, bytes.count)])) {
                row throws(TableFault) in take(row)
            }
        }
        try reader.end { row throws(TableFault) in take(row) }
        return [reader.columns] + rows
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n,\n", [["a", "b"], ["", ""]]),
        ("a,b\n\"x, \"\"y\"\"\nz\",\"\"\r\n", [["a", "b"], ["x, \"y\"\nz", ""]]),
        ("a\n", [["a"]]),
    ])
    func `fields are those of RFC 4180`(text: String, expected: [[String]]) throws {
        for pieceSize in [1000, 1, 2, 3] { #expect(try rows(text, pieceSize: pieceSize) == expected) }
    }

    @Test func `a quote that is never closed is a fault before it takes all memory`() {
        let text = "a\n\"" + String(repeating: "x\n", count: 1 << 20)
        let fault = #expect(throws: TableFault.self) { try rows(text, pieceSize: 1 << 16) }
        #expect(fault?.description == "t.csv:2: a row of more than 1048576 bytes: does a quoted field not end?")
    }

    @Test func `what the writer quotes is read as it was`() throws {
        var bytes: [UInt8] = []
        var table = try CSVText(columns: ["a", "b"]) { bytes += $0 }
        let fields = ["said \"no\", and left\r\n", "plain"]
        fields.forEach { table.field($0) }
        try table.endRow()
        try table.end()
        #expect(try rows(String(decoding: bytes, as: UTF8.self)).last == fields)
    }

    /// A spreadsheet runs a cell that begins like these.
    @Test(arguments: [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\u{FF1D}1", "'\u{FF1D}1"), ("'=1", "''=1"), ("''+", "'''+"), ("north", "north"), ("", ""),
        ("'", "'"), ("'north'", "'north'"), ("a=1", "a=1"), ("1-2", "1-2"), (" =1", " =1"),
    ])
    func `a text that a spreadsheet would run is marked as text, and read as it was`(text: String, cell: String) throws
    {
        var bytes: [UInt8] = []
        var table = try CSVText(columns: ["a", "b"]) { bytes += $0 }
        table.foreign(text)
        table.field("x")
        try table.endRow()
        try table.end()
        #expect(String(decoding: bytes, as: UTF8.self) == "a,b\n\(cell),x\n")
        #expect(try foreignTexts(in: bytes) == [text])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `any text of a host is read as it was written`(seed: UInt64) throws {
        var lot = SeededRandom(seed: seed)
        let letters: [Character] = [
            "'", "=", "+", "-", "@", "\t", "\r", "\n", ",", "\"", "a", "é", "\u{202E}", "\u{FF0B}",
        ]
        let texts = (0..<200).map { _ in String((0..<lot.integer(0...5)).map { _ in lot.pick(letters) }) }
        var bytes: [UInt8] = []
        var table = try CSVText(columns: ["a", "b"]) { bytes += $0 }
        for text in texts {
            table.foreign(text)
            table.field("x")
            try table.endRow()
        }
        try table.end()
        #expect(try foreignTexts(in: bytes).map { Array($0.utf8) } == texts.map { Array($0.utf8) }, "seed \(seed)")
    }

    /// Of the first column.
    private func foreignTexts(in bytes: [UInt8]) throws -> [String] {
        var texts: [String] = []
        var reader = CSVReader(file: "t.csv")
        try reader.take(bytes) { row throws(TableFault) in texts.append(row.foreign(0)) }
        return texts
    }

    @Test func `attempts.csv marks what a host, a reason and a build say, and no number`() throws {
        var report = sampleReport()
        report.attempts[0].host = "=HYPERLINK(A1)"
        report.attempts[0].reason = "-1"
        report.attempts[0].seconds = -1
        report.attempts[0].build = "+1"
        let row = try #require(text(report.content(of: .attempts))).split(separator: "\n")[1]
        #expect(row.contains(",'=HYPERLINK(A1),avx2,") && row.hasSuffix(",-1,error,'-1,'+1"))
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let file: ReportFile
        let complaint: String
        let change: @Sendable (String) -> String
    }

    static let mistakes = [
        Mistake(
            testDescription: "no number", file: .aggregate,
            complaint: "aggregate.csv:2: column train_loss_mean: x2.503811042374268 is no number"
        ) {
            $0.replacing("2.503811042374268", with: "x2.503811042374268")
        },
        Mistake(
            testDescription: "no epoch", file: .epochs, complaint: "epochs.csv:2: column epoch: 0 is no whole number"
        ) {
            $0.replacing("bn,0.0005,7,1,", with: "bn,0.0005,7,0,")
        },
        Mistake(
            testDescription: "a norm that is none", file: .final,
            complaint: "final.csv:2: column norm: bm is no value of norm"
        ) {
            $0.replacing("bn,0.0005", with: "bm,0.0005")
        },
        Mistake(
            testDescription: "a row that is cut off", file: .gradientNorms,
            complaint: "gradient_norms.csv:63: 3 fields, but the header names 5 columns"
        ) {
            $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\nln,0.001,12\n"
        },
        Mistake(
            testDescription: "an unknown axis", file: .final,
            complaint: "final.csv:1: column nrom: is no hyperparameter"
        ) {
            $0.replacing("norm,", with: "nrom,")
        },
        Mistake(
            testDescription: "other axes", file: .epochs, complaint: "epochs.csv:1: its axes are not those of the other"
        ) {
            $0.replacing("norm,learning_rate", with: "norm,batch_size")
        },
        Mistake(
            testDescription: "images that do not add up", file: .agreement,
            complaint: "agreement.csv:2: column images: both, one alone and neither do not add up to 51"
        ) {
            $0.replacing("\nnorm,bn,ln,,0.0005,9,50,", with: "\nnorm,bn,ln,,0.0005,9,51,")
        },
        Mistake(
            testDescription: "agreement of another sweep", file: .agreement,
            complaint: "agreement.csv:1: the columns are not those of sweep: axis,first,second,norm,learning_rate,seed"
        ) {
            $0.replacing("learning_rate", with: "batch_size")
        },
        Mistake(
            testDescription: "an empty file", file: .layerGradients, complaint: "layer_gradients.csv:1: empty"
        ) { _ in "" },
        Mistake(
            testDescription: "something else", file: .epochs,
            complaint: "epochs.csv:1: the columns are not those of sweep"
        ) { _ in "name,age\nx,2\n" },
        Mistake(
            testDescription: "a quote without an end", file: .epochs,
            complaint: "epochs.csv:2: a quoted field does not end"
        ) {
            $0.replacing("\nbn,0.0005,7,1,", with: "\n\"bn,0.0005,7,1,")
        },
    ]

    @Test(arguments: mistakes)
    func `a bad table is named with its line and column`(_ mistake: Mistake) throws {
        let report = sampleReport()
        let good = try #require(text(report.content(of: mistake.file)))
        let bad = mistake.change(good)
        try #require(bad != good)
        let fault = #expect(throws: TableFault.self) {
            try SweepTables(TestTables { $0 == mistake.file ? Array(bad.utf8) : report.content(of: $0) })
        }
        #expect(fault?.description.hasPrefix(mistake.complaint) == true, "\(fault?.description ?? "")")
    }

    /// Those of version 0.1 have no intervals and tests but Student's.
    @Test func `tables of an earlier version have the figures and the page that they had`() throws {
        let report = sampleReport()
        let later = [ReportFile.final: 3 * 5, .aggregate: 3 * 4, .comparison: 11]
        let older = TestTables { file in
            let isNew = [.summary, .noise, .noiseComparison, .agreement].contains(file)
            guard let count = later[file] else { return isNew ? nil : report.content(of: file) }
            let lines = text(report.content(of: file))!.split(separator: "\n").map { line in
                line.split(separator: ",", omittingEmptySubsequences: false).dropLast(count).joined(separator: ",")
            }
            return Array((lines.joined(separator: "\n") + "\n").utf8)
        }
        let figures = try SweepTables(older).figures()
        let kept = figures.filter { (Int($0.kind) ?? 0) < 8 }
        #expect(try !kept.isEmpty && kept == SweepTables(report).figures().filter { (Int($0.kind) ?? 0) < 8 })
        #expect(figures.last?.script.contains("No agreement.csv here; sweep export writes it.") == true)
        let page = ReportPage(try ReportContents(older, facts: nil), figures: [], figureNote: nil, version: "1").html
        #expect(page.contains("95 % interval (t, n − 1)") && !page.contains("after Holm"))
    }

    @Test(arguments: [ReportFile.final, .aggregate, .epochs])
    func `a missing table is named`(file: ReportFile) {
        let fault = #expect(throws: TableFault.self) {
            try SweepTables(TestTables { $0 == file ? nil : sampleReport().content(of: $0) })
        }
        #expect(fault?.description == "\(file.rawValue): missing; sweep export writes the tables of a run directory")
    }
}
