import Experiment
import Reporting

/// Where in a table of records the rows of each task are.
///
/// Rows begin with a task's values on the axes and its seed, and those of a task stand together; so the table can be
/// read task by task, in any order, without being in memory.
struct TaskRows: Sendable {
    struct Place: Sendable {
        var range: Range<Int>
        /// Of the first row.
        var line: Int
    }

    let file: ReportFile
    private let content: FileSlice
    private let places: [TaskID: Place]
    /// How many of the fields of a row name its task.
    private let keyCount: Int

    /// Looks through the whole table.
    ///
    /// - Parameters:
    ///   - header: its first line.
    ///   - keys: with what the rows of each task begin.
    /// - Throws: `Finding` where it has another header, or a row of no task; `FileFault` where it cannot be read.
    init(
        _ file: ReportFile, in content: FileSlice, header: String, keys: [[UInt8]: TaskID], keyCount: Int
    ) throws {
        self.file = file
        self.content = content
        self.keyCount = keyCount
        var cursor = RowCursor(content, file: file.rawValue, range: 0..<content.byteCount, line: 1)
        guard let first = try cursor.row(), first.elementsEqual(header.utf8) else {
            throw Finding(file.rawValue, line: 1, "the columns are not \(shown(header))")
        }
        var places: [TaskID: Place] = [:]
        var current: (key: [UInt8], task: TaskID, place: Place)?
        var (offset, line) = (cursor.offset, cursor.line)
        while let row = try cursor.row() {
            defer { (offset, line) = (cursor.offset, cursor.line) }
            if let known = current, row.starts(with: known.key) {
                current?.place.range = known.place.range.lowerBound..<cursor.offset
                continue
            }
            if let known = current { places[known.task] = known.place }
            let key = Self.key(of: row, keyCount: keyCount)
            guard let task = keys[key] else {
                throw Finding(
                    file.rawValue, line: line,
                    "\(shown(String(decoding: key, as: UTF8.self))) names no task of sweep.yaml")
            }
            guard places[task] == nil else {
                throw Finding(
                    file.rawValue, line: line,
                    "a row of a task whose other rows stand apart, from line "
                        + "\(places[task]!.line) on")
            }
            current = (key, task, Place(range: offset..<cursor.offset, line: line))
        }
        if let current { places[current.task] = current.place }
        self.places = places
    }

    /// The fields that name the task, and the comma behind them.
    private static func key(of row: ArraySlice<UInt8>, keyCount: Int) -> [UInt8] {
        var commaCount = 0
        for (index, byte) in zip(row.indices, row) where byte == UInt8(ascii: ",") {
            commaCount += 1
            if commaCount == keyCount { return Array(row[...index]) }
        }
        return Array(row)
    }

    /// The line of the first row of a task; `nil` where it has none.
    func line(of task: TaskID) -> Int? { places[task]?.line }

    /// The rows of a task.
    func fields(of task: TaskID) -> FieldCursor {
        let place = places[task] ?? Place(range: 0..<0, line: 1)
        return FieldCursor(
            RowCursor(content, file: file.rawValue, range: place.range, line: place.line), file: file.rawValue,
            keyCount: keyCount)
    }
}

/// Reads the rows of a task as fields, without those that name the task.
struct FieldCursor {
    private var rows: RowCursor
    private let file: String
    private let keyCount: Int
    private var ahead: [ArraySlice<UInt8>]?

    init(_ rows: RowCursor, file: String, keyCount: Int) {
        self.rows = rows
        self.file = file
        self.keyCount = keyCount
    }

    /// The next row, which stays the next one; `nil` at the end.
    ///
    /// - Parameter count: how many fields it must have.
    /// - Throws: as `RowCursor.row`, and `Finding` where it has another number of fields.
    mutating func peek(_ count: Int) throws -> [ArraySlice<UInt8>]? {
        if let ahead { return ahead }
        guard let row = try rows.row() else { return nil }
        let fields = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).dropFirst(keyCount)
        guard fields.count == count else { throw finding("\(fields.count + keyCount) fields") }
        ahead = Array(fields)
        return ahead
    }

    mutating func next(_ count: Int) throws -> [ArraySlice<UInt8>]? {
        defer { ahead = nil }
        return try peek(count)
    }

    /// What is wrong with the row that was read last.
    func finding(_ reason: String) -> Finding { Finding(file, line: rows.line - 1, reason) }

    func whole(_ field: ArraySlice<UInt8>) throws(Finding) -> Int {
        guard let number = Int(String(decoding: field, as: UTF8.self)) else {
            throw finding("\(shown(String(decoding: field, as: UTF8.self))) is no whole number")
        }
        return number
    }

    func double(_ field: ArraySlice<UInt8>) throws(Finding) -> Double {
        guard let number = Double(String(decoding: field, as: UTF8.self)) else {
            throw finding("\(shown(String(decoding: field, as: UTF8.self))) is no number")
        }
        return number
    }

    func float(_ field: ArraySlice<UInt8>) throws(Finding) -> Float {
        guard let number = Float(String(decoding: field, as: UTF8.self)) else {
            throw finding("\(shown(String(decoding: field, as: UTF8.self))) is no number")
        }
        return number
    }
}
