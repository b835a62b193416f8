import DurableFiles
import Experiment
import Foundation
import HostSystem
import Reporting
import Synchronization
import TestSupport
import Testing

/// Tables are complete at every moment.
struct ReportWriterTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { temporary.path }

    @Test func `all tables are written, and nothing else`() throws {
        var writer = ReportWriter(directory: directory)
        try writer.writeAll(sampleReport())
        #expect(try DurableFile.names(in: directory) == ReportFile.allCases.map(\.rawValue).sorted())
        for file in ReportFile.allCases {
            #expect(try bytes(of: file) == sampleReport().content(of: file))
        }
    }

    @Test func `a table that was just written waits, and is written in its turn`() throws {
        let now = ContinuousClock.now
        var writer = ReportWriter(directory: directory) { now }
        var report = sampleReport()
        report.results.records = [:]
        try writer.writeDue(report)
        #expect(writer.nextDue == nil)
        let before = try bytes(of: .epochs)
        writer.reportChanged()
        try writer.writeDue(sampleReport())
        #expect(writer.nextDue == now + .seconds(1))
        #expect(try bytes(of: .epochs) == before)
        try writer.writeAll(sampleReport())
        #expect(try bytes(of: .epochs) == sampleReport().content(of: .epochs))
        try writer.writeDue(sampleReport())
        #expect(writer.nextDue == nil)
    }

    /// Rows whose data have not changed are remembered from one writing to the next.
    @Test func `tables that are written again have the bytes of those that are made anew`() throws {
        var writer = ReportWriter(directory: directory)
        let seeds = [12, 7, 9, 1, 2, 3]
        var report = Report(results: sampleResults(seeds: seeds), attempts: [])
        let records = report.results.records
        for count in [0, 5, 6, 14, 13, 22] {
            let kept = Set(report.tasks.prefix(count).map(\.id))
            report.results.records = records.filter { kept.contains($0.key) }
            try writer.writeAll(report)
            for file in [ReportFile.comparison, .summary, .noise, .noiseComparison, .agreement] {
                #expect(try bytes(of: file) == report.content(of: file), "\(count) tasks, \(file)")
            }
        }
    }

    @Test func `a table that cannot be written does not stop the others, and is tried again`() throws {
        try DurableFile.makeDirectory("\(directory)/epochs.csv/taken")
        let now = ContinuousClock.now
        var writer = ReportWriter(directory: directory) { now }
        let fault = #expect(throws: FileFault.self) { try writer.writeDue(sampleReport()) }
        #expect(fault?.path == "\(directory)/epochs.csv")
        #expect(try bytes(of: .attempts) == sampleReport().content(of: .attempts))
        try writer.writeDue(sampleReport())
        #expect(writer.nextDue == now + .seconds(1))
        try FileManager.default.removeItem(atPath: "\(directory)/epochs.csv")
        try writer.writeAll(sampleReport())
        #expect(try bytes(of: .epochs) == sampleReport().content(of: .epochs))
    }

    @Test func `what a killed writer left is removed`() throws {
        let leftover = "\(directory)/.epochs.csv.123.abc.partial"
        #expect(FileManager.default.createFile(atPath: leftover, contents: Data("half".utf8)))
        ReportWriter(directory: directory).removeLeftovers()
        #expect(try DurableFile.names(in: directory).isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a reader never sees a part of a table`() async throws {
        var small = sampleReport()
        small.results.records = [:]
        let reports = [small, sampleReport()]
        let contents = Set(reports.map { $0.content(of: .gradientNorms)! })
        var writer = ReportWriter(directory: directory)
        try writer.writeAll(small)
        let path = "\(directory)/gradient_norms.csv"
        let seen = ReaderThread(path: path)
        for round in 0..<150 {
            try writer.writeAll(reports[round % 2])
        }
        #expect(seen.stop().isSubset(of: contents))
    }

    private func bytes(of file: ReportFile) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: "\(directory)/\(file.rawValue)")))
    }
}

/// Reads a file again and again until it is told to stop; a read that fails counts as an empty file.
private final class ReaderThread: Sendable {
    private let isStopped = RaisedFlag()
    private let contents = Mutex<Set<[UInt8]>>([])
    private let ended = DispatchSemaphore(value: 0)

    init(path: String) {
        Thread.detachNewThread { [self] in
            while !isStopped.isRaised {
                let bytes = (try? Data(contentsOf: URL(filePath: path))).map(Array.init) ?? []
                contents.withLock { _ = $0.insert(bytes) }
            }
            ended.signal()
        }
    }

    func stop() -> Set<[UInt8]> {
        isStopped.raise()
        ended.wait()
        return contents.withLock { $0 }
    }
}

/// How often a table is written.
struct RewritePaceTests {
    private let start = ContinuousClock.now

    @Test func `a table is written at once, then every second while that is cheap`() {
        var pace = RewritePace()
        #expect(pace.due(at: start) == start)
        pace.wrote(until: start, for: .milliseconds(3))
        #expect(pace.due(at: start) == start + .seconds(1))
        #expect(pace.due(at: start + .seconds(5)) == start + .seconds(5))
    }

    @Test func `a costly table takes a twentieth of the time at most`() {
        var pace = RewritePace()
        pace.wrote(until: start, for: .seconds(2))
        #expect(pace.due(at: start) == start + .seconds(40))
    }
}

/// What is calculated once.
struct RowMemoryTests {
    @Test func `a row is calculated again when its data are others, and only then`() {
        var memory = RowMemory<String>()
        var calculated: [UInt64] = []
        func write(_ digests: [UInt64]) -> [String] {
            memory.begin()
            return digests.map { digest in
                memory.value(of: digest) {
                    calculated.append(digest)
                    return "row \(digest)"
                }
            }
        }
        #expect(write([1, 2, 3]) == ["row 1", "row 2", "row 3"])
        #expect(write([1, 4, 3, 5]) == ["row 1", "row 4", "row 3", "row 5"])
        #expect(write([1]) == ["row 1"] && write([1, 4, 3, 5]).last == "row 5")
        #expect(calculated == [1, 2, 3, 4, 5])
    }

    @Test func `a table beyond the limit is right, and remembered up to it`() {
        var memory = RowMemory<Int>()
        let limit = RowMemory<Int>.limit
        for expected in [limit + 10, 10] {
            var count = 0
            memory.begin()
            for digest in 0..<(limit + 10) {
                let value = memory.value(of: UInt64(digest)) {
                    count += 1
                    return digest
                }
                if value != digest { Issue.record("row \(digest): \(value)") }
            }
            #expect(count == expected)
        }
    }
}
