import Experiment

/// One row of a table that is read, with what a message about it needs.
package struct CSVRow {
    let file: String
    package let columns: [String]
    let line: Int
    /// As many as columns.
    package let fields: [ArraySlice<UInt8>]

    package func text(_ column: Int) -> String { String(decoding: fields[column], as: UTF8.self) }

    /// A text that `CSVText.foreign` wrote.
    package func foreign(_ column: Int) -> String { SpreadsheetText.original(of: text(column)) }

    /// `nil` where the field is empty.
    func optionalNumber(_ column: Int) throws(TableFault) -> Double? {
        fields[column].isEmpty ? nil : try number(column)
    }

    func number(_ column: Int) throws(TableFault) -> Double {
        guard let number = Double(text(column)) else { throw fault(column, "is no number") }
        return number
    }

    /// From 0 on.
    func count(_ column: Int) throws(TableFault) -> Int {
        guard let number = Int(text(column)), number >= 0 else {
            throw fault(column, "is no whole number from 0 to \(Int.max)")
        }
        return number
    }

    /// From 1 on, as epochs and steps count.
    func ordinal(_ column: Int) throws(TableFault) -> Int {
        guard let number = Int(text(column)), number >= 1 else {
            throw fault(column, "is no whole number from 1 to \(Int.max)")
        }
        return number
    }

    func value(_ column: Int, of axis: Hyperparameter) throws(TableFault) -> ParameterValue {
        guard let value = axis.domain.value(parsing: text(column)) else {
            throw fault(column, "is no value of \(axis.rawValue)")
        }
        return value
    }

    private func fault(_ column: Int, _ reason: String) -> TableFault {
        let text = printable(text(column))
        return TableFault(
            text.isEmpty ? "an empty field \(reason)" : "\(text) \(reason)", file: file, line: line,
            column: columns[column])
    }
}
