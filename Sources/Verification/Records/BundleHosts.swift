import Experiment
import Reporting

/// `hosts.csv`: on what the tasks were trained. No result depends on it, and nothing can prove it.
///
/// - Throws: nothing: a table in memory takes every row.
package func hostsTable(_ workers: [HostFacts]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let rows = Set(workers.map { [$0.host, $0.processor, $0.kernels, $0.build] })
    var table = try CSVText(columns: ["host", "processor", "kernels", "build"]) { bytes += $0 }
    for row in rows.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        row.forEach { table.foreign($0) }
        try table.endRow()
    }
    try table.end()
    return bytes
}

/// The hosts in a table of executions, by name.
///
/// - Throws: `Finding` where it is no such table; what `source` throws.
package func hostNames(in source: some TableSource) throws -> Set<String> {
    var names: Set<String> = []
    var reader = CSVReader(file: ReportFile.attempts.rawValue)
    func take(_ row: CSVRow) {
        if let column = row.columns.firstIndex(of: "host") { names.insert(row.foreign(column)) }
    }
    do {
        _ = try source.read(.attempts) { piece in try reader.take(piece) { row throws(TableFault) in take(row) } }
        try reader.end { row throws(TableFault) in take(row) }
    } catch let fault as TableFault {
        throw Finding(fault.file, line: fault.line, fault.reason)
    }
    return names
}
