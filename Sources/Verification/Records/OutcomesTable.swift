import Experiment
import Statistics

/// `outcomes.csv`: which test images each task got right after its last epoch, which no table of a run says.
///
/// `right` has two hexadecimal digits for each eight images: image i is bit i mod 8 of byte i / 8, as in numpy's
/// `packbits` with `bitorder="little"`. A task has no row until its last epoch is stored, nor where an earlier version
/// trained it.
package struct OutcomesTable {
    private static let header = "task,images,right"

    private let outcomes: [TaskID: ImageOutcomes]

    package subscript(task: TaskID) -> ImageOutcomes? { outcomes[task] }

    /// - Parameter pass: gets the table piece by piece, in the order of the other tables' rows.
    /// - Throws: what `pass` throws, and where the outcomes cannot be read.
    package static func write(_ source: some RecordSource, to pass: ([UInt8]) throws -> Void) throws {
        try pass(Array("\(header)\n".utf8))
        for task in source.tasksByPoint().flatMap(\.tasks) {
            guard let outcomes = try source.outcomes(of: task) else { continue }
            try pass(Array("\(task.id),\(outcomes.count),\(hexText(outcomes.bytes))\n".utf8))
        }
    }

    /// - Throws: `Finding` where the text is no such table of these tasks.
    package init(_ text: String, of tasks: [SweepTask]) throws(Finding) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 1, lines.removeFirst() == Self.header, lines.removeLast().isEmpty else {
            throw Self.finding(1, "is no table that begins with \(Self.header)")
        }
        let imageCounts = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, $0.images.test) })
        var outcomes: [TaskID: ImageOutcomes] = [:]
        for (place, row) in lines.enumerated() {
            let line = place + 2
            let fields = row.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 3, let task = TaskID(rawValue: String(fields[0])), let count = imageCounts[task]
            else { throw Self.finding(line, "\(shown(row)) is no task of the sweep with its outcomes") }
            guard fields[1] == "\(count)", let bytes = Self.bytes(fields[2]),
                let found = ImageOutcomes(count: count, bytes: bytes)
            else { throw Self.finding(line, "these are no outcomes of \(count) test images") }
            guard outcomes.updateValue(found, forKey: task) == nil else {
                throw Self.finding(line, "\(task) is there twice")
            }
        }
        self.outcomes = outcomes
    }

    private static func finding(_ line: Int, _ reason: String) -> Finding {
        Finding(BundleFile.outcomes.name, line: line, reason)
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = hex.utf8.map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
