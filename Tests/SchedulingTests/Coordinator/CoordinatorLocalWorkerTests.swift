import Experiment
import Scheduling
import Testing

/// What a coordinator makes of the worker of its own host.
struct CoordinatorLocalWorkerTests {
    private typealias Fixture = CoreFixture

    /// A core that has taken `local-a` over, at second 0; it must speak until second 20.
    private static func fixture(pastLocalWorkers: [WorkerID] = []) -> Fixture {
        var fixture = Fixture(keeper: LocalWorkerKeeper(isWanted: true), pastLocalWorkers: pastLocalWorkers)
        #expect(fixture.core.begin() == [.look])
        let sighting = LocalWorkerKeeper.Sighting.worker("local-a", isAlike: true)
        #expect(fixture.core.takeAnswer(.found(sighting), at: .seconds(0)) == [.takeOver("local-a")])
        return fixture
    }

    @Test func `a silent worker is killed, unless its word may be among what is still to be taken`() {
        var fixture = Self.fixture()
        #expect(fixture.stored([], at: 20, isMoreWaiting: true).localWorker.isEmpty)
        var other = fixture
        #expect(fixture.stored([], at: 21).localWorker == [.kill("local-a")])
        #expect(other.stored([Fixture.hello("local-a")], at: 21).localWorker.isEmpty)
    }

    @Test func `when a worker ends, its tasks are given to others, and another one is looked for when that is stored`()
    {
        var fixture = Self.fixture()
        fixture.stored([Fixture.hello("local-a")], at: 1)
        fixture.stored([Fixture.hello("b")], at: 2)
        let deliveries = fixture.stored([.occurred(.workerVanished("local-a"))], at: 3)
        #expect(deliveries.steps == [fixture.assign(0, 2, to: "b")])
        #expect(deliveries.localWorker == [.look])
    }

    @Test func `a worker that brings a record has not come to nothing`() {
        var fixture = Self.fixture()
        func end(_ fixture: inout Fixture, bringing hasRecord: Bool, at second: Int) -> [LocalWorkerKeeper.Action] {
            let worker = WorkerID(rawValue: "local-\(second)")!
            _ = fixture.core.takeAnswer(.found(.nobody), at: .seconds(Double(second)))
            _ = fixture.core.takeAnswer(.started(worker), at: .seconds(Double(second)))
            var events = [Fixture.hello(worker)]
            if hasRecord { events.append(Fixture.record(worker, fixture.key(0, second), fixture.record(0, 1))) }
            fixture.stored(events, at: Double(second))
            return fixture.stored([.occurred(.workerVanished(worker))], at: Double(second)).localWorker
        }
        _ = fixture.stored([.occurred(.workerVanished("local-a"))])
        for second in 1...4 { #expect(end(&fixture, bringing: false, at: second) == [.look]) }
        var other = fixture
        #expect(end(&fixture, bringing: false, at: 5) == [.giveUp(isSweepOver: true)])
        #expect(end(&other, bringing: true, at: 5) == [.look])
        for second in 6...8 { #expect(end(&other, bringing: false, at: second) == [.look]) }
        #expect(end(&other, bringing: false, at: 9) == [.giveUp(isSweepOver: true)])
    }

    @Test func `nothing becomes of the worker in the turn that ends the sweep`() {
        var fixture = Self.fixture()
        let events = [Fixture.request(.cancel([])), .occurred(.workerVanished("local-a"))]
        let deliveries = fixture.stored(events, at: 1)
        #expect(deliveries.ending == .finished && deliveries.localWorker.isEmpty)
    }

    @Test func `earlier workers, but for the one that was taken over, are known to be gone: their tasks do not wait`() {
        var restored = Fixture(taskCount: 2).tasks.map { TaskBoard.RestoredTask(task: $0) }
        for (place, worker) in (["local-a", "local-b"] as [WorkerID]).enumerated() {
            restored[place].history.attempts = [.init(worker: worker)]
        }
        let keeper = LocalWorkerKeeper(isWanted: true)
        var fixture = Fixture(restored, keeper: keeper, pastLocalWorkers: ["local-a", "local-b"])
        _ = fixture.core.takeAnswer(.found(.unclear), at: .seconds(0))
        #expect(fixture.stored([]).actions.isEmpty, "it cannot be told yet")
        #expect(fixture.stored([], at: 3).localWorker == [.look])
        _ = fixture.core.takeAnswer(.found(.worker("local-a", isAlike: true)), at: .seconds(3))
        let lost = TaskBoard.Action.reportLost("local-b", reason: "the worker's process ended")
        let deliveries = fixture.stored([], at: 3)
        #expect(deliveries.actions.last == lost && deliveries.actions.count == 2)
        #expect(fixture.stored([], at: 4).actions.isEmpty, "once")
    }
}
