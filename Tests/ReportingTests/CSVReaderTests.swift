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

    @Test(arguments: [ReportFile.final, .aggregate, .epochs])
    func `a missing table is named`(file: ReportFile) {
        let fault = #expect(throws: TableFault.self) {
            try SweepTables(TestTables { $0 == file ? nil : sampleReport().content(of: $0) })
        }
        #expect(fault?.description == "\(file.rawValue): missing; sweep export writes the tables of a run directory")
    }
}
