import Scheduling
import Testing
import WorkerAgent

/// What a leaving worker says of the states that it hands over.
struct HandOverProgressTests {
    private func at(_ seconds: Double) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }

    private func owes(_ states: Int, megabytes: Int, attempts: Int = 0) -> WorkerSession.Debt {
        .init(attemptCount: attempts, checkpointCount: states, byteCount: megabytes * 1_000_000)
    }

    @Test func `nothing is said before the tasks are given back or when nothing is owed`() {
        var progress = HandOverProgress(since: at(0))
        #expect(progress.line(for: owes(2, megabytes: 8, attempts: 1), at: at(9)) == nil)
        #expect(progress.line(for: owes(0, megabytes: 0), at: at(10)) == nil)
    }

    @Test func `the first line comes at once and the next ones every three seconds`() {
        var progress = HandOverProgress(since: at(0))
        let lines = stride(from: 0.0, through: 9, by: 0.5).filter {
            progress.line(for: owes(3, megabytes: 12), at: at($0)) != nil
        }
        #expect(lines == [0, 3, 6, 9])
    }

    @Test func `a line says how much is left, of the most that was owed, and how long it takes at this rate`() {
        var progress = HandOverProgress(since: at(10))
        #expect(
            progress.line(for: owes(1, megabytes: 4), at: at(10))
                == "the tasks are given back; handing over 1 state, 4.0 MB "
                + "(Ctrl-C again leaves now; nothing that is stored is lost)")
        // A trainer hands its last state over later.
        #expect(
            progress.line(for: owes(3, megabytes: 12), at: at(13)) == "3 states left to hand over, 12.0 MB of 12.0 MB")
        #expect(
            progress.line(for: owes(2, megabytes: 9), at: at(16))
                == "2 states left to hand over, 9.0 MB of 12.0 MB, about 19 s")
        // Never longer than a day, and no trap.
        #expect(
            progress.line(for: .init(attemptCount: 0, checkpointCount: 1, byteCount: 11_999_999), at: at(1_000_000))
                == "1 state left to hand over, 12.0 MB of 12.0 MB, about 86401 s")
    }
}
