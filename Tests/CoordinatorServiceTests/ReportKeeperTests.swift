import CoordinatorService
import DurableFiles
import Experiment
import Foundation
import Journal
import Reporting
import Results
import TestSupport
import Testing

/// The tables of a run directory are kept as the journal has them.
@Suite(.timeLimit(.minutes(1)))
struct ReportKeeperTests {
    private let run = try! SampleRun()
    private let faults = Heard<Told>()

    /// What a keeper has told.
    private enum Told: Equatable {
        case fault(path: String?)
        case worksAgain

        init(_ fault: (any Error)?) {
            self = fault.map { .fault(path: ($0 as? FileFault)?.path) } ?? .worksAgain
        }
    }

    private func makeKeeper() throws -> ReportKeeper {
        try ReportKeeper(directory: run.directory, plan: run.plan, retryPause: .zero) { [faults] fault in
            faults.put(Told(fault))
        }
    }

    private func finish(_ keeper: ReportKeeper) throws {
        try keeper.finish(onDelay: {}, isAbandoned: { false })
    }

    private func path(_ file: ReportFile) -> String { "\(run.directory.path)/\(file.rawValue)" }

    /// What an export would write; `nil` for a table that this sweep does not have.
    private func expected(_ file: ReportFile) throws -> Data? {
        try JournalReader(of: run.directory).readReport { report in
            var bytes = Data()
            return try report.read(file) { bytes += $0 } ? bytes : nil
        }
    }

    private func expectTables() throws {
        for file in ReportFile.allCases {
            #expect(try FileManager.default.contents(atPath: path(file)) == expected(file), "\(file.rawValue)")
        }
    }

    /// A directory has the name of a table, so that this one cannot be written.
    private func obstruct(_ file: ReportFile) throws {
        try DurableFile.makeDirectory(path(file) + "/taken")
    }

    @Test func `at the end every table is what an export would give`() throws {
        try run.store(0, .completed)
        let keeper = try makeKeeper()
        keeper.reportChange()
        try run.store(1, epochs: 1...1, .killed)
        try run.journal.commit([.taskFailed(run.tasks[1].id, .hopeless(reason: "killed"))])
        try finish(keeper)
        #expect(try String(contentsOfFile: path(.epochs), encoding: .utf8).split(separator: "\n").count == 1 + 3)
        try expectTables()
        #expect(faults.unread.isEmpty)
    }

    @Test func `a change is written without being asked for again`() async throws {
        let keeper = try makeKeeper()
        for task in 0..<2 {
            try run.store(task, .completed)
            keeper.reportChange()
            let expected = try expected(.epochs)
            try await waitUntil("epochs.csv with \(task + 1) tasks") {
                FileManager.default.contents(atPath: path(.epochs)) == expected
            }
        }
        try finish(keeper)
    }

    @Test func `what a killed coordinator left half written is removed`() throws {
        let leftover = path(.epochs).replacing("epochs.csv", with: ".epochs.csv.123.abc.partial")
        try Data("half".utf8).write(to: URL(filePath: leftover))
        try finish(makeKeeper())
        #expect(!FileManager.default.fileExists(atPath: leftover))
        try expectTables()
    }

    @Test func `a table that cannot be written is told, and tried again until it can`() async throws {
        try run.store(0, .completed)
        try obstruct(.epochs)
        let keeper = try makeKeeper()
        keeper.reportChange()
        let fault = Told.fault(path: path(.epochs))
        for _ in 0..<2 { #expect(try await faults.next("a fault of epochs.csv") == fault) }
        #expect(try FileManager.default.contents(atPath: path(.final)) == expected(.final), "the others are written")
        try FileManager.default.removeItem(atPath: path(.epochs))
        var told = fault
        repeat { told = try await faults.next("that the tables work again") } while told == fault
        #expect(told == .worksAgain)
        #expect(FileManager.default.fileExists(atPath: path(.epochs)))
        try finish(keeper)
        try expectTables()
        #expect(faults.unread.isEmpty, "it is told once")
    }

    @Test func `a fault of the last writing is thrown, after the other tables were written`() throws {
        let keeper = try makeKeeper()
        try run.store(0, .completed)
        try obstruct(.epochs)
        let fault = #expect(throws: FileFault.self) { try finish(keeper) }
        #expect(fault?.path == path(.epochs))
        #expect(try FileManager.default.contents(atPath: path(.attempts)) == expected(.attempts))
    }

    /// The keeper's thread stands in `onFault` meanwhile.
    @Test func `who waits for long is told so once`() async throws {
        let (keeper, gate) = try await heldKeeper()
        var delays = 0, asked = 0
        try keeper.finish(
            patience: .zero, onDelay: { delays += 1 },
            isAbandoned: {
                asked += 1
                if asked == 4 { gate.signal() }
                return false
            })
        #expect(delays == 1)
        try expectTables()
    }

    @Test func `who gives up does not wait, neither before nor while the tables are written`() async throws {
        let (keeper, gate) = try await heldKeeper()
        try keeper.finish(onDelay: {}, isAbandoned: { true })
        var asked = 0
        try keeper.finish(
            onDelay: {},
            isAbandoned: {
                asked += 1
                return asked == 3
            })
        #expect(!FileManager.default.fileExists(atPath: path(.epochs)))
        gate.signal()
        try await waitUntil("epochs.csv, which is written though nobody waits") {
            FileManager.default.fileExists(atPath: path(.epochs))
        }
    }

    /// A keeper whose thread stands still, until the gate is opened, after it could not write `epochs.csv`. Then it
    /// can.
    private func heldKeeper() async throws -> (ReportKeeper, gate: DispatchSemaphore) {
        try run.store(0, .completed)
        try obstruct(.epochs)
        let gate = DispatchSemaphore(value: 0)
        let keeper = try ReportKeeper(directory: run.directory, plan: run.plan) { [faults] fault in
            faults.put(Told(fault))
            gate.wait()
        }
        keeper.reportChange()
        _ = try await faults.next("a fault of epochs.csv")
        try FileManager.default.removeItem(atPath: path(.epochs))
        return (keeper, gate)
    }
}
