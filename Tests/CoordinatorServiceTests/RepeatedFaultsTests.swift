import CoordinatorService
import Notices
import Status
import Synchronization
import Testing

/// What is tried again every few seconds is said once.
struct RepeatedFaultsTests {
    @Test func `a fault of the tables that stays is told once in a while`() {
        let observer = Listening(), time = PretendedTime()
        let filter = RepeatedFaults(observer) { time.now }
        for _ in 0..<8 {
            filter.tell(.tablesFailed("no room"))
            time.advance(by: .seconds(5))
        }
        #expect(observer.texts.count == 1)
        time.advance(by: RepeatedFaults.pause)
        filter.tell(.tablesFailed("no room"))
        #expect(observer.texts.count == 2)
    }

    @Test func `a fault that each table tells in its own words is told once until the tables work again`() {
        let observer = Listening()
        let filter = RepeatedFaults(observer)
        for table in ["epochs", "final", "attempts", "epochs"] {
            filter.tell(.tablesFailed("cannot create \(table).csv: Too many open files"))
        }
        #expect(observer.texts.count == 1 && observer.texts[0].contains("epochs.csv"))
        filter.tell(.tablesWorkAgain)
        filter.tell(.tablesFailed("cannot create final.csv: No space left on device"))
        #expect(observer.texts.count == 3 && observer.texts[1] == "The tables are written again.")
        #expect(observer.texts[2].contains("final.csv"))
    }

    @Test func `checkpoints that are not saved are told once in a while for each reason`() {
        let observer = Listening(), time = PretendedTime()
        let filter = RepeatedFaults(observer) { time.now }
        for reason in ["No space left on device", "No space left on device", "Permission denied"] {
            filter.tell(.checkpointsFailed(reason))
        }
        #expect(observer.texts.count == 2)
        // The tables have their own fault, and it ends without this one.
        filter.tell(.tablesFailed("no room"))
        filter.tell(.tablesWorkAgain)
        filter.tell(.checkpointsFailed("Permission denied"))
        #expect(observer.texts.count == 4)
        time.advance(by: RepeatedFaults.pause)
        filter.tell(.checkpointsFailed("Permission denied"))
        #expect(observer.texts.count == 5)
    }

    @Test func `what holds the sweep up is told each time`() {
        let observer = Listening()
        let filter = RepeatedFaults(observer)
        for _ in 0..<3 {
            filter.tell(.storageFailed("no room"))
            filter.tell(.storageWorksAgain)
        }
        #expect(observer.texts.count == 6)
    }

    @Test func `only a full disk wants room`() {
        let text = SweepNotice.tablesFailed("run/epochs.csv: Too many open files").text
        #expect(!text.contains("make room") && text.contains("sweep export"))
    }
}

private final class Listening: SweepObserver {
    private let told = Mutex<[String]>([])

    var texts: [String] { told.withLock { $0 } }

    func tell(_ notice: SweepNotice) { told.withLock { $0.append(notice.text) } }
    func show(_ snapshot: SweepSnapshot) {}
}

private final class PretendedTime: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
