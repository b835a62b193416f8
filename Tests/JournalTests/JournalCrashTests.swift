import Experiment
import Foundation
import Glibc
import Journal
import TestSupport
import Testing

/// A coordinator that is killed loses nothing that it acknowledged.
struct JournalCrashTests {
    /// The child kills itself with SIGKILL after so many milliseconds, wherever it is then.
    @Test(.timeLimit(.minutes(2)), arguments: [20, 60, 110, 170])
    func `every acknowledged record is there after a SIGKILL`(milliseconds: Int) async throws {
        let directory = TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            try commitUntilKilled(in: path, afterMilliseconds: milliseconds)
        }
        let acknowledged = try acknowledgedCount(in: path)
        let plan = samplePlan(taskCount: 2, epochs: 10_000)
        let journal = try Journal.open(in: RunDirectory(path: "\(path)/run"), plan: plan)
        let history = try #require(try journal.reader.state().histories.first)
        // The commit that was under way may have reached the disk, and none after it was begun.
        #expect(acknowledged > 0)
        #expect([acknowledged, acknowledged + 1].contains(history.epochs.count))
        #expect(history.epochs == Array(1...history.epochs.count))
        let records = try journal.reader.allRecords()[plan.tasks[0].id]
        #expect(records == history.epochs.map { sampleRecord(epoch: $0, loss: 1 / Double($0), stepCount: 200) })
        let next = history.epochs.count + 1
        try journal.commit([.recordCommitted(sampleRecord(epoch: next), by: plan.tasks[0].attempt(1))])
        let attempt = try journal.reader.state().histories.first?.openAttempt
        #expect(attempt?.rawValue == 1, "it stays open until it is adopted")
    }

    private func acknowledgedCount(in path: String) throws -> Int {
        try Data(contentsOf: URL(filePath: "\(path)/acknowledged")).count
    }
}

/// Commits one record after another, and after each of them a byte in the file `acknowledged`.
private func commitUntilKilled(in path: String, afterMilliseconds milliseconds: Int) throws {
    let plan = samplePlan(taskCount: 2, epochs: 10_000)
    let key = plan.tasks[0].attempt(1)
    let journal = try Journal.open(in: RunDirectory(path: "\(path)/run"), plan: plan)
    try journal.commit([.started(key)])
    let acknowledged = open("\(path)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    try commitAndAcknowledge(1, key, journal, acknowledged)
    Thread.detachNewThread {
        usleep(UInt32(milliseconds * 1_000))
        kill(getpid(), SIGKILL)
    }
    for epoch in 2...10_000 {
        try commitAndAcknowledge(epoch, key, journal, acknowledged)
    }
}

private func commitAndAcknowledge(_ epoch: Int, _ key: AttemptKey, _ journal: Journal, _ file: Int32) throws {
    try journal.commit([
        .recordCommitted(sampleRecord(epoch: epoch, loss: 1 / Double(epoch), stepCount: 200), by: key)
    ])
    precondition(write(file, "x", 1) == 1)
}
