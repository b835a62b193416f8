import Experiment
import Messages
import Scheduling
import Simulation
import Testing

/// A worker starts a trainer when its host's images are known to be those of the task.
struct WorkerCoreTests {
    private static let facts = HostFacts(host: "here", processor: "p", cores: 4, kernels: "avx2", build: "1")
    private static let missing = HostFault("nowhere: not there")
    private let tasks = (0..<3).map { PretendTraining.task($0, epochs: 3) }

    /// A worker that was welcomed at second 0.
    private static func core(slots: Int) -> WorkerCore {
        var core = WorkerCore(WorkerSession(slots: slots, facts: facts, now: .seconds(0)))
        let hello = WorkerMessage.hello(slots: slots, facts: facts, running: [])
        #expect(core.handle(.connected, at: .seconds(0)) == [.send(hello)])
        #expect(core.handle(.received(.welcome(heartbeat: .seconds(2))), at: .seconds(0)).isEmpty)
        return core
    }

    private func key(_ task: Int) -> AttemptKey { AttemptKey(task: tasks[task].id, attempt: Attempt(rawValue: 1)) }

    private func assign(_ task: Int, to core: inout WorkerCore) -> [WorkerAction] {
        core.handle(.received(.assignment(key(task), tasks[task])), at: .seconds(1))
    }

    private func start(_ task: Int, slot: Int) -> WorkerAction {
        .startTrainer(TrainerStart(key: key(task), task: tasks[task], slot: slot))
    }

    private func take(
        _ result: Result<DataDigest, HostFault>, _ core: inout WorkerCore
    ) -> [WorkerAction] {
        core.handleImages(result, of: .shapes, at: .seconds(2))
    }

    @Test func `the first task has the images read, others wait for that, and later ones start at once`() {
        var core = Self.core(slots: 3)
        #expect(assign(0, to: &core) == [.loadImages(.shapes)])
        #expect(assign(1, to: &core).isEmpty)
        #expect(take(.success(PretendTraining.digest), &core) == [start(0, slot: 0), start(1, slot: 1)])
        #expect(assign(2, to: &core) == [start(2, slot: 2)])
    }

    @Test func `without images the coordinator is told, and the next task has them looked for again`() {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        let end = AttemptEnd(outcome: .unfit, reason: Self.missing.description, seconds: 0)
        #expect(
            take(.failure(Self.missing), &core)
                == [.reportUnfit(key(0), Self.missing), .send(.ended(key(0), end))])
        #expect(assign(1, to: &core) == [.loadImages(.shapes)])
        #expect(take(.success(PretendTraining.digest), &core) == [start(1, slot: 0)])
    }

    @Test func `other images than the sweep's start no trainer: the end of the attempt names both digests`() throws {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        let other = try #require(DataDigest(rawValue: String(repeating: "6", count: 64)))
        let effects = take(.success(other), &core)
        guard case .send(.ended(key(0), let end, nil)) = effects.last else {
            Issue.record("\(effects)")
            return
        }
        #expect(end.outcome == .unfit && end.reason.contains("images of here are not those of the sweep"))
        #expect(end.reason.contains("\(other)") && end.reason.contains("\(PretendTraining.digest)"))
    }

    /// A process cannot be made, say.
    @Test func `a trainer that cannot be started gives its task back, and its slot to the next one`() {
        var core = Self.core(slots: 2)
        for task in 0..<3 { _ = assign(task, to: &core) }
        #expect(take(.success(PretendTraining.digest), &core) == [start(0, slot: 0), start(1, slot: 1)])
        let fault = HostFault("no process can be made")
        let end = AttemptEnd(outcome: .unfit, reason: "no process can be made", seconds: 0)
        #expect(
            core.handle(.trainerNotStarted(key(0), fault), at: .seconds(3))
                == [.reportUnfit(key(0), fault), .send(.ended(key(0), end)), start(2, slot: 0)])
        #expect(core.handle(.trainerNotStarted(key(0), fault), at: .seconds(4)).isEmpty, "it is over")
        #expect(core.session.debt.attemptCount == 3, "until the coordinator has stored the end")
        #expect(core.handle(.received(.endStored(key(0))), at: .seconds(5)).isEmpty)
        #expect(core.session.debt.attemptCount == 2)
        core.session.checkInvariants()
    }

    @Test func `a trainer that was to be stopped, and cannot be started, ends as it was to be stopped`() {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        _ = take(.success(PretendTraining.digest), &core)
        #expect(core.handle(.received(.stop(key(0))), at: .seconds(3)) == [.stopTrainer(key(0))])
        let fault = HostFault("no process can be made")
        let end = AttemptEnd(outcome: .cancelled, reason: "taken back by the coordinator", seconds: 0)
        #expect(
            core.handle(.trainerNotStarted(key(0), fault), at: .seconds(3))
                == [.reportUnfit(key(0), fault), .send(.ended(key(0), end))])
    }

    @Test func `without a connection the end of a trainer that did not start waits for one`() {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        _ = take(.success(PretendTraining.digest), &core)
        #expect(core.handle(.disconnected, at: .seconds(3)).isEmpty)
        let fault = HostFault("no process can be made")
        #expect(core.handle(.trainerNotStarted(key(0), fault), at: .seconds(3)) == [.reportUnfit(key(0), fault)])
        _ = core.handle(.connected, at: .seconds(4))
        let end = AttemptEnd(outcome: .unfit, reason: fault.description, seconds: 0)
        #expect(
            core.handle(.received(.welcome(heartbeat: .seconds(2))), at: .seconds(4)) == [.send(.ended(key(0), end))])
    }

    @Test func `a task that is taken back while the images are read does not start, and is given back at once`() {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        let effects = core.handle(.received(.stop(key(0))), at: .seconds(2))
        let end = AttemptEnd(outcome: .cancelled, reason: "taken back by the coordinator", seconds: 0)
        #expect(effects == [.send(.ended(key(0), end))])
        #expect(take(.success(PretendTraining.digest), &core).isEmpty)
        #expect(assign(1, to: &core) == [start(1, slot: 0)])
        #expect(core.handle(.received(.stop(key(1))), at: .seconds(3)) == [.stopTrainer(key(1))])
    }

    @Test func `what the session says is what the coordinator hears`() {
        var core = Self.core(slots: 1)
        _ = assign(0, to: &core)
        _ = take(.success(PretendTraining.digest), &core)
        let record = PretendTraining.record(of: tasks[0], epoch: 1)
        #expect(
            core.handle(.trainerReported(key(0), record), at: .seconds(2))
                == [.send(.record(key(0), record))])
        #expect(
            core.handle(.timePassed, at: .seconds(2))
                == [.send(.heartbeat(running: [key(0)], number: 1))])
        #expect(core.handle(.received(.refusal(reason: "no")), at: .seconds(3)).last == .finish(.refused(reason: "no")))
    }

    // MARK: A turn

    @Test func `what follows from an action comes after all that was decided before it`() {
        var core = Self.core(slots: 2)
        _ = assign(0, to: &core)
        _ = assign(1, to: &core)
        core.takeImages(.success(PretendTraining.digest), of: .shapes, at: .seconds(2))
        #expect(core.nextAction() == start(0, slot: 0))
        let fault = HostFault("no process can be made")
        core.take(.trainerNotStarted(key(0), fault), at: .seconds(2))
        let end = AttemptEnd(outcome: .unfit, reason: "no process can be made", seconds: 0)
        #expect(
            core.remainingActions()
                == [start(1, slot: 1), .reportUnfit(key(0), fault), .send(.ended(key(0), end))])
    }

    @Test func `time passes at the end of a turn`() {
        var core = Self.core(slots: 1)
        core.take(.trainerEnded(key(0), AttemptEnd(outcome: .completed, reason: "", seconds: 1)), at: .seconds(9))
        #expect(core.nextAction() == nil, "nobody was told of that attempt")
        core.passTime(at: .seconds(9))
        #expect(core.remainingActions() == [.send(.heartbeat(running: []))])
    }

    @Test func `nothing comes after the end of the work: not what was decided, and not what happens`() {
        var core = Self.core(slots: 1)
        core.take(.leaveInsisted, at: .seconds(1))
        core.take(.received(.nextKey("k", presentEndsIn: .seconds(9))), at: .seconds(1))
        #expect(!core.isFinished)
        #expect(core.nextAction() == .finish(.left))
        #expect(core.isFinished && core.nextAction() == nil)
        core.take(.disconnected, at: .seconds(2))
        core.take(.connected, at: .seconds(2))
        core.takeImages(.failure(Self.missing), of: .shapes, at: .seconds(2))
        core.passTime(at: .seconds(100))
        #expect(core.nextAction() == nil)
    }

    @Test func `a key is said to be kept when it is, over a connection that lives`() {
        var core = Self.core(slots: 1)
        let message = CoordinatorMessage.nextKey("k", presentEndsIn: .seconds(60))
        #expect(core.handle(.received(message), at: .seconds(1)) == [.keepKey("k", presentEndsIn: .seconds(60))])
        #expect(core.handle(.keyWasKept("k"), at: .seconds(1)) == [.send(.keyKept("k"))])
        _ = core.handle(.disconnected, at: .seconds(2))
        #expect(core.handle(.keyWasKept("k"), at: .seconds(2)).isEmpty)
    }
}
