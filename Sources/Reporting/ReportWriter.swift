import DurableFiles

/// Keeps the tables of a run directory current, each of them complete at every moment.
///
/// It belongs to one thread, and best not to the one that answers workers: a large table takes a while. A `Report` is a
/// value that can be handed over as it is.
public struct ReportWriter {
    private let directory: String
    private var paces: [ReportFile: RewritePace] = [:]
    private var stale = Set(ReportFile.allCases)

    public init(directory: String) {
        self.directory = directory
    }

    /// Removes what a writer that was killed left. Only for a process that alone writes there.
    public func removeLeftovers() {
        for file in ReportFile.allCases {
            DurableFile.removeLeftovers(of: path(of: file))
        }
    }

    /// Every table needs to be written again, each when it is due.
    public mutating func reportChanged() {
        stale = Set(ReportFile.allCases)
    }

    /// When to call `writeDue`: the turn of the first table that changed; `nil` where all is written.
    public var nextDue: ContinuousClock.Instant? {
        let now = ContinuousClock.now
        return stale.map { pace(of: $0).due(at: now) }.min()
    }

    /// Writes those tables that changed and whose turn it is.
    ///
    /// - Throws: the first fault, after the other tables were tried. A table that failed is tried again in its turn.
    public mutating func writeDue(_ report: Report) throws(FileFault) {
        let now = ContinuousClock.now
        try write(ReportFile.allCases.filter { stale.contains($0) && pace(of: $0).due(at: now) == now }, of: report)
    }

    /// Writes all tables, as at the end of a sweep and for an export.
    ///
    /// - Throws: the first fault, after the other tables were tried.
    public mutating func writeAll(_ report: Report) throws(FileFault) {
        try write(ReportFile.allCases, of: report)
    }

    private mutating func write(_ files: [ReportFile], of report: Report) throws(FileFault) {
        var firstFault: FileFault?
        for file in files {
            let start = ContinuousClock.now
            do throws(FileFault) {
                if let content = report.content(of: file) { try DurableFile.replace(path(of: file), with: content) }
                stale.remove(file)
            } catch {
                firstFault = firstFault ?? error
            }
            let end = ContinuousClock.now
            paces[file, default: RewritePace()].wrote(until: end, for: end - start)
        }
        if let firstFault { throw firstFault }
    }

    private func pace(of file: ReportFile) -> RewritePace { paces[file] ?? RewritePace() }

    private func path(of file: ReportFile) -> String { "\(directory)/\(file.rawValue)" }
}
