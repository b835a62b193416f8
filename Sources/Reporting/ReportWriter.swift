import DurableFiles
import Experiment

/// Keeps the tables of a run directory current, each of them complete at every moment.
///
/// It belongs to one thread, and best not to the one that answers workers: a large table takes a while.
public struct ReportWriter {
    private let directory: String
    private let clock: () -> ContinuousClock.Instant
    private var paces: [ReportFile: RewritePace] = [:]
    private var stale = Set(ReportFile.allCases)
    private var failed: Set<ReportFile> = []
    private var memory = TableMemory()

    /// - Parameter clock: says what the time is; tests have one that stands still.
    public init(directory: String, clock: @escaping () -> ContinuousClock.Instant = { .now }) {
        self.directory = directory
        self.clock = clock
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

    /// Whether there are tables that could not be written when they were tried last.
    public var hasFailed: Bool { !failed.isEmpty }

    /// When to call `writeDue`: the turn of the first table that changed; `nil` where all is written.
    public var nextDue: ContinuousClock.Instant? {
        let now = clock()
        return stale.map { pace(of: $0).due(at: now) }.min()
    }

    /// Writes those tables that changed and whose turn it is.
    ///
    /// - Throws: the first fault, after the other tables were tried. A table that failed is tried again in its turn.
    public mutating func writeDue(_ report: some ReportSource) throws {
        let now = clock()
        try write(ReportFile.allCases.filter { stale.contains($0) && pace(of: $0).due(at: now) == now }, of: report)
    }

    /// Writes all tables, as at the end of a sweep and for an export.
    ///
    /// - Throws: the first fault, after the other tables were tried.
    public mutating func writeAll(_ report: some ReportSource) throws {
        try write(ReportFile.allCases, of: report)
    }

    private mutating func write(_ files: [ReportFile], of report: some ReportSource) throws {
        var firstFault: (any Error)?
        // A table that is dear to make keeps none waiting that is not.
        for file in files.filter({ !$0.isDear }) + files.filter(\.isDear) {
            let start = clock()
            do {
                if report.has(file) {
                    try DurableFile.replace(path(of: file)) { appender in
                        _ = try report.read(file, remembering: &memory) { try appender.append($0) }
                    }
                }
                stale.remove(file)
                failed.remove(file)
            } catch {
                failed.insert(file)
                firstFault = firstFault ?? error
            }
            let end = clock()
            paces[file, default: RewritePace()].wrote(until: end, for: end - start)
        }
        if let firstFault { throw firstFault }
    }

    private func pace(of file: ReportFile) -> RewritePace { paces[file] ?? RewritePace() }

    private func path(of file: ReportFile) -> String { "\(directory)/\(file.rawValue)" }
}

extension ReportFile {
    /// Whether its rows have bootstraps, or are made of every test image.
    fileprivate var isDear: Bool { [.comparison, .summary, .noise, .noiseComparison, .agreement].contains(self) }
}
