import Experiment
import Scheduling
import Testing

/// What becomes of the worker of the coordinator's own host.
struct LocalWorkerKeeperTests {
    private let a = WorkerID(rawValue: "local-a")!
    private let b = WorkerID(rawValue: "local-b")!

    @Test func `a worker is started where none is there, and again at once when it ends`() {
        var keeper = LocalWorkerKeeper(isWanted: true)
        #expect(keeper.begin() == [.look])
        #expect(keeper.handle(.found(.nobody), at: .seconds(0)) == [.start])
        #expect(keeper.handle(.started(a), at: .seconds(0)).isEmpty)
        #expect(keeper.name == a && keeper.nextDeadline == nil)
        #expect(keeper.handle(.ended(b), at: .seconds(1)).isEmpty, "another one's end")
        #expect(keeper.handle(.ended(a), at: .seconds(2)) == [.look])
        #expect(keeper.name == nil)
    }

    @Test
    func `a worker of an earlier coordinator is taken over, or killed where it says nothing and replaced`() {
        var keeper = LocalWorkerKeeper(isWanted: true)
        #expect(keeper.handle(.found(.worker(a, isAlike: true)), at: .seconds(1)) == [.takeOver(a)])
        #expect(keeper.name == a && keeper.nextDeadline == .seconds(21))
        var silent = keeper
        #expect(keeper.handle(.spoke(b), at: .seconds(2)).isEmpty)
        #expect(keeper.nextDeadline == .seconds(21), "another one's word")
        #expect(keeper.handle(.spoke(a), at: .seconds(20)).isEmpty)
        #expect(keeper.nextDeadline == nil)
        #expect(keeper.handle(.timePassed, at: .seconds(500)).isEmpty)

        // The end of a turn that a disk held up: what had arrived before it began is all that counts.
        #expect(silent.handle(.progressed(b), at: .seconds(60)).isEmpty)
        #expect(silent.handle(.timePassed, at: .seconds(20)).isEmpty)
        #expect(silent.handle(.timePassed, at: .seconds(21)) == [.kill(a)])
        #expect(silent.handle(.timePassed, at: .seconds(22)).isEmpty)
        #expect(silent.handle(.ended(a), at: .seconds(23)) == [.look])
    }

    @Test func `a worker that was started otherwise, or is not wanted, is dismissed, and killed where it does not end`()
    {
        for isWanted in [true, false] {
            var keeper = LocalWorkerKeeper(isWanted: isWanted)
            let sighting = LocalWorkerKeeper.Sighting.worker(a, isAlike: !isWanted)
            #expect(keeper.handle(.found(sighting), at: .seconds(0)) == [.takeOver(a), .dismiss(a)])
            #expect(keeper.handle(.spoke(a), at: .seconds(1)).isEmpty)
            #expect(keeper.handle(.timePassed, at: .seconds(10)) == [.kill(a)])
            #expect(keeper.handle(.ended(a), at: .seconds(11)) == [.look])
            #expect(keeper.handle(.found(.nobody), at: .seconds(11)) == (isWanted ? [.start] : []))
        }
    }

    @Test
    func `while nobody can tell whether a worker is there, none is started, taken for dead or given up`() {
        var keeper = LocalWorkerKeeper(isWanted: true)
        #expect(keeper.knowsWhoIsThere)
        for second in stride(from: 0, through: 60, by: 3) as StrideThrough<Double> {
            #expect(keeper.handle(.found(.unclear), at: .seconds(second)).isEmpty)
            #expect(!keeper.knowsWhoIsThere && keeper.nextDeadline == .seconds(second + 3))
            #expect(keeper.handle(.timePassed, at: .seconds(second + 2.9)).isEmpty)
            #expect(keeper.handle(.timePassed, at: .seconds(second + 3)) == [.look])
        }
        var visible = keeper
        #expect(visible.handle(.found(.worker(a, isAlike: true)), at: .seconds(63)) == [.takeOver(a)])
        #expect(visible.knowsWhoIsThere)
        _ = keeper.handle(.found(.unclear), at: .seconds(63))
        #expect(keeper.handle(.spoke(WorkerID(rawValue: "far")!), at: .seconds(64)).isEmpty)
        #expect(keeper.handle(.spoke(a), at: .seconds(64)) == [.takeOver(a)], "it comes back by itself")
        #expect(keeper.handle(.spoke(a), at: .seconds(65)).isEmpty)
        #expect(keeper.name == a && keeper.knowsWhoIsThere && keeper.nextDeadline == nil)
    }

    @Test func `five workers in a row that come to nothing are enough; one that stored a record or lasted begins anew`()
    {
        var keeper = LocalWorkerKeeper(isWanted: true)
        for second in 0..<4 {
            #expect(run(&keeper, from: Double(second), to: Double(second)) == [.look])
        }
        var other = keeper
        #expect(run(&keeper, from: 5, to: 6) == [.giveUp(isSweepOver: true)])
        #expect(keeper.handle(.timePassed, at: .seconds(1000)).isEmpty)
        #expect(run(&other, from: 5, to: 35) == [.look], "it lasted")
        for second in 36..<40 { #expect(run(&other, from: Double(second), to: Double(second)) == [.look]) }
        _ = other.handle(.found(.nobody), at: .seconds(40))
        _ = other.handle(.started(a), at: .seconds(40))
        #expect(other.handle(.progressed(a), at: .seconds(41)).isEmpty)
        #expect(other.handle(.ended(a), at: .seconds(41)) == [.look])
    }

    @Test func `a start that fails is tried again after a pause`() {
        var keeper = LocalWorkerKeeper(isWanted: true)
        for second in stride(from: 0, to: 12, by: 3) as StrideTo<Double> {
            #expect(keeper.handle(.found(.nobody), at: .seconds(second)) == [.start])
            #expect(keeper.handle(.startFailed, at: .seconds(second)).isEmpty)
            #expect(keeper.knowsWhoIsThere)
            #expect(keeper.handle(.timePassed, at: .seconds(second + 3)) == [.look])
        }
        #expect(keeper.handle(.found(.nobody), at: .seconds(12)) == [.start])
        #expect(keeper.handle(.startFailed, at: .seconds(12)) == [.giveUp(isSweepOver: true)])
    }

    @Test func `a sweep is not over for want of a local worker where others may join`() {
        var policy = LocalWorkerKeeper.Policy(lease: .seconds(20), othersMayJoin: true)
        policy.quickEndLimit = 1
        var keeper = LocalWorkerKeeper(isWanted: true, policy: policy)
        #expect(keeper.handle(.found(.nobody), at: .seconds(0)) == [.start])
        #expect(keeper.handle(.startFailed, at: .seconds(0)) == [.giveUp(isSweepOver: false)])
        #expect(!keeper.isWorkerComing)
    }

    @Test func `a sweep that is to stop starts no worker`() {
        var keeper = LocalWorkerKeeper(isWanted: true)
        _ = keeper.handle(.found(.nobody), at: .seconds(0))
        _ = keeper.handle(.started(a), at: .seconds(0))
        #expect(keeper.handle(.stopRequested, at: .seconds(1)).isEmpty)
        #expect(keeper.handle(.ended(a), at: .seconds(2)).isEmpty)
        var early = LocalWorkerKeeper(isWanted: true)
        _ = early.handle(.stopRequested, at: .seconds(0))
        #expect(early.handle(.found(.nobody), at: .seconds(0)).isEmpty)
    }

    private func run(
        _ keeper: inout LocalWorkerKeeper, from start: Double, to end: Double
    ) -> [LocalWorkerKeeper.Action] {
        _ = keeper.handle(.found(.nobody), at: .seconds(start))
        _ = keeper.handle(.started(a), at: .seconds(start))
        return keeper.handle(.ended(a), at: .seconds(end))
    }
}
