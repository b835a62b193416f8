import Experiment
import Statistics

/// What was calculated for the rows of a table when it was last written: a row whose data are the same is not
/// calculated again, so a table that is written anew whenever a task ends costs what has changed.
///
/// What is remembered is a pure function of the data, so nobody can tell from a table whether it was.
package struct RowMemory<Value> {
    /// More rows are calculated each time: these take up to 50 MB.
    package static var limit: Int { 200_000 }

    private var rows: [(digest: UInt64, value: Value)] = []
    private var next = 0

    package init() {}

    /// The table is written from its first row on.
    package mutating func begin() { next = 0 }

    /// The value of the next row.
    ///
    /// - Parameter digest: of all that `make` depends on.
    package mutating func value(of digest: UInt64, _ make: () -> Value) -> Value {
        defer { next += 1 }
        if next < rows.count, rows[next].digest == digest { return rows[next].value }
        let value = make()
        if next < rows.count {
            rows[next] = (digest, value)
        } else if next == rows.count, next < Self.limit {
            rows.append((digest, value))
        }
        return value
    }
}

/// What a writer of tables remembers from one writing to the next.
struct TableMemory {
    var comparisons = RowMemory<PairedStatistics>()
    var summaries = RowMemory<Estimate<InterquartileMean>>()
    var imageNoise = RowMemory<ImageNoise>()
}
