import Experiment
import Messages
import Scheduling
import Simulation
import Status
import Testing

/// A worker that says much and does little gets little, and not for long.
struct LimitTests {
    private static let key = WorkerKey(ofPublicKey: "k".utf8)

    private func starts(_ actions: [TaskBoard.Action], on worker: WorkerID) -> Int {
        actions.count {
            guard case .store(.attemptStarted(_, worker, _)) = $0 else { return false }
            return true
        }
    }

    private static func started(_ actions: [TaskBoard.Action], on worker: WorkerID) -> [AttemptKey] {
        actions.compactMap { action in
            guard case .store(.attemptStarted(let key, worker, _)) = action else { return nil }
            return key
        }
    }

    private func facts(cores: Int) -> HostFacts {
        HostFacts(host: "h", processor: "p", cores: cores, kernels: "avx2", build: "1")
    }

    private func hello(
        _ fixture: inout BoardFixture, _ worker: WorkerID, slots: Int, cores: Int, at seconds: Double = 0
    ) -> [TaskBoard.Action] {
        fixture.handle(
            .received(.hello(slots: slots, facts: facts(cores: cores), running: []), from: worker), at: seconds)
    }

    // MARK: Slots

    @Test func `a worker that says it has all the slots gets a few tasks, and twice as many with each record`() {
        var fixture = BoardFixture(taskCount: 200)
        #expect(starts(hello(&fixture, "a", slots: 4096, cores: 65_536), on: "a") == SlotGrants.first)
        let more = fixture.report("a", fixture.key(0), fixture.record(0, 1), at: 1)
        #expect(starts(more, on: "a") == SlotGrants.first)
        let again = fixture.report("a", fixture.key(1), fixture.record(1, 1), at: 2)
        #expect(starts(again, on: "a") == 2 * SlotGrants.first)
    }

    @Test func `a key has no more at first under many names than under one`() {
        var fixture = BoardFixture(taskCount: 200)
        var count = 0
        for number in 0..<50 {
            let name = WorkerID(rawValue: "w\(number)")!
            fixture.board.bind(name, to: Self.key)
            count += starts(hello(&fixture, name, slots: 8, cores: 8), on: name)
        }
        #expect(count == SlotGrants.first)
        #expect(starts(hello(&fixture, "other", slots: 8, cores: 8), on: "other") == 8, "another key has its own")
    }

    @Test func `workers of one key that are gone keep nothing from those that come`() {
        var fixture = BoardFixture(taskCount: 200)
        for number in 0..<40 {
            let name = WorkerID(rawValue: "w\(number)")!
            fixture.board.bind(name, to: Self.key)
            #expect(starts(hello(&fixture, name, slots: 4, cores: 4, at: Double(number)), on: name) == 4)
            _ = fixture.handle(.workerVanished(name), at: Double(number))
        }
    }

    @Test func `a worker of the coordinator's own host needs no proof`() {
        var fixture = BoardFixture(taskCount: 200)
        #expect(starts(hello(&fixture, "local-7", slots: 100, cores: 100), on: "local-7") == 100)
    }

    @Test func `slots are what the cores of a host can bear`() {
        var fixture = BoardFixture(taskCount: 200)
        #expect(starts(hello(&fixture, "local-7", slots: 4096, cores: 20), on: "local-7") == 80)
    }

    @Test func `of the running attempts that a worker names no more are answered than it can have`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        let strangers = (1...8192).map { AttemptKey(task: fixture.tasks[0].id, attempt: Attempt(rawValue: $0 + 1)) }
        #expect(fixture.heartbeat("a", running: [fixture.key(0)] + strangers, at: 1).count == 17)
    }

    // MARK: Given back

    @Test func `a worker that gives back every task gets them ever more seldom`() {
        var fixture = BoardFixture(taskCount: 3)
        fixture.hello("a")
        var (count, time) = (1, 0.0)
        while time < 3600 {
            var isGiven = true
            while isGiven {
                isGiven = starts(fixture.end("a", fixture.key(0, count), .preempted, at: time), on: "a") > 0
                if isGiven { count += 1 }
            }
            while !isGiven, time < 3600 {
                time = fixture.board.nextDeadline.map { $0.sinceOrigin / .seconds(1) } ?? 3600
                fixture.heartbeat("a", at: time)
                isGiven = starts(fixture.handle(.timePassed, at: time), on: "a") > 0
            }
            if isGiven { count += 1 }
        }
        #expect((10...40).contains(count), "\(count) attempts in an hour")
    }

    @Test func `a record ends the pause, and others are given the task meanwhile`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a", slots: 2)
        for attempt in 1...GiveBackPauses.free {
            #expect(starts(fixture.end("a", fixture.key(0, attempt), .cancelled), on: "a") == 1)
        }
        #expect(starts(fixture.end("a", fixture.key(0, GiveBackPauses.free + 1), .cancelled), on: "a") == 0)
        var other = fixture
        #expect(starts(other.hello("b"), on: "b") == 1)
        #expect(starts(fixture.report("a", fixture.key(1), fixture.record(1, 1)), on: "a") == 1)
    }

    @Test func `a worker that was told to give its tasks back, or leaves, has no pause for it`() {
        var fixture = BoardFixture(taskCount: 16)
        fixture.hello("a", slots: 16)
        let id = RequestID(rawValue: 1)
        _ = fixture.handle(.requestArrived(id, .drain("a")), at: 1)
        _ = fixture.handle(.requestArrived(id, .restore("a")), at: 1)
        var count = 0
        for task in 0..<16 { count += starts(fixture.end("a", fixture.key(task), .cancelled, at: 2), on: "a") }
        #expect(count == 16)
    }

    @Test func `what a worker had of an earlier coordinator it gives back without a pause`() {
        let tasks = (0..<16).map { PretendTraining.task($0, epochs: 2) }
        var fixture = BoardFixture(
            tasks.map { task in
                var restored = TaskBoard.RestoredTask(task: task)
                restored.history.attempts = [.init(worker: "a", outcome: .cancelled)]
                return restored
            })
        let running = (0..<16).map { fixture.key($0) }
        fixture.hello("a", slots: 16, running: running)
        var count = 0
        for key in running { count += starts(fixture.end("a", key, .cancelled, at: 1), on: "a") }
        #expect(count == 16)
    }

    @Test(arguments: [AttemptOutcome.unfit, .error, .completed, .preempted])
    func `a worker that brings nothing, leaves and comes back gets tasks ever more seldom, whatever it says`(
        outcome: AttemptOutcome
    ) {
        var fixture = BoardFixture(taskCount: 1_000)
        fixture.hello("b")
        fixture.board.bind("a", to: Self.key)
        var count = 0
        for second in stride(from: 1.0, through: 600, by: 1) {
            fixture.heartbeat("b", running: [fixture.key(0)], at: second)
            _ = fixture.handle(.timePassed, at: second)
            var keys = Self.started(fixture.hello("a", at: second), on: "a")
            for key in keys.prefix(1) { keys += Self.started(fixture.end("a", key, outcome, at: second), on: "a") }
            _ = fixture.handle(.received(.goodbye, from: "a"), at: second)
            for key in keys.dropFirst() { fixture.end("a", key, .preempted, at: second) }
            count += keys.count
        }
        #expect((GiveBackPauses.free...40).contains(count), "\(count) attempts in ten minutes")
    }

    @Test func `a host of many slots that is taken away mid-task has given back once`() {
        var fixture = BoardFixture(taskCount: 16)
        let keys = Self.started(fixture.hello("a", slots: 16), on: "a")
        _ = fixture.handle(.received(.goodbye, from: "a"), at: 1)
        for key in keys { fixture.end("a", key, .preempted, at: 1) }
        #expect(starts(fixture.hello("a", slots: 16, at: 2), on: "a") == 16)
    }

    @Test func `of a reason as much is stored as people read`() throws {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        let end = AttemptEnd(outcome: .preempted, reason: String(repeating: "x", count: 4_000), seconds: 1)
        let actions = fixture.handle(.received(.ended(fixture.key(0), end), from: "a"), at: 1)
        let stored = actions.lazy.compactMap { action -> AttemptEnd? in
            guard case .store(.attemptEnded(_, let end)) = action else { return nil }
            return end
        }.first
        let reason = try #require(stored).reason
        #expect(reason.hasPrefix("xxx") && reason.count == AttemptEnd.reasonLimit + 1)
        #expect(try #require(stored).shortReason.count == 201)
    }

    // MARK: Kept

    @Test func `a task that brings no epoch is taken back although its worker is heard, and does not come back`() {
        var fixture = BoardFixture(taskCount: 2, epochs: 3)
        fixture.hello("a")
        fixture.hello("b")
        var actions: [TaskBoard.Action] = []
        for second in stride(from: 2.0, through: 1_300, by: 2) {
            for epoch in [1, 2, 3] where second == [60, 600, 900][epoch - 1] {
                fixture.report("b", fixture.key(1), fixture.record(1, epoch), at: second)
            }
            actions += fixture.heartbeat("a", running: [fixture.key(0)], at: second)
            fixture.heartbeat("b", running: [fixture.key(1)], at: second)
            actions += fixture.handle(.timePassed, at: second)
        }
        #expect(actions.isEmpty, "one other key shortens no bound")
        for second in stride(from: 1_302.0, through: 15_000, by: 2) {
            actions += fixture.heartbeat("a", running: [fixture.key(0)], at: second)
            fixture.heartbeat("b", running: [fixture.key(1)], at: second)
            actions += fixture.handle(.timePassed, at: second)
        }
        let reason = "stalled: no epoch within 240 min, far longer than others took"
        #expect(actions.contains(fixture.closed(fixture.key(0), .error, reason)))
        #expect(actions.contains(.send(.stop(fixture.key(0)), to: "a")))
        #expect(!actions.contains(.store(.attemptReopened(fixture.key(0)))))
        #expect(starts(actions, on: "a") == 0, "it has failed the task, and another key is there")
    }

    @Test func `an idle worker gets what another one keeps, the second time after twice as long`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.hello("b")
        var running: [WorkerID: [AttemptKey]] = ["a": [fixture.key(0)], "b": []]
        var given: [(second: Double, worker: WorkerID)] = []
        for second in stride(from: 2.0, through: 1_000, by: 2) {
            var actions: [TaskBoard.Action] = []
            for worker: WorkerID in ["a", "b"] {
                actions += fixture.heartbeat(worker, running: running[worker]!, at: second)
            }
            actions += fixture.handle(.timePassed, at: second)
            for case .store(.attemptStarted(let key, let worker, _)) in actions {
                given.append((second, worker))
                running[worker] = [key]
            }
        }
        #expect(given.map(\.worker) == ["b", "a"])
        // Looked at once a lease.
        #expect((240...262).contains(given[0].second), "\(given)")
        #expect((480...502).contains(given[1].second - given[0].second), "\(given)")
    }

    @Test func `nobody loses what he keeps while the sweep is paused`() {
        var fixture = BoardFixture(taskCount: 2)
        fixture.hello("a")
        _ = fixture.handle(.requestArrived(RequestID(rawValue: 1), .pause), at: 0)
        fixture.hello("b")
        var actions: [TaskBoard.Action] = []
        for second in stride(from: 2.0, through: 400, by: 2) {
            fixture.heartbeat("a", running: [fixture.key(0)], at: second)
            fixture.heartbeat("b", at: second)
            actions += fixture.handle(.timePassed, at: second)
        }
        #expect(actions.isEmpty)
    }

    @Test func `time in which the coordinator itself stood still is not the workers'`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        fixture.heartbeat("a", running: [fixture.key(0)], at: 100_000)
        #expect(fixture.handle(.timePassed, at: 100_000).isEmpty)
    }

    @Test func `a drained worker that keeps its tasks has them taken back within a lease`() {
        var fixture = BoardFixture(taskCount: 1)
        fixture.hello("a")
        _ = fixture.handle(.requestArrived(RequestID(rawValue: 1), .drain("a")), at: 5)
        fixture.hello("b", at: 5)
        var actions: [TaskBoard.Action] = []
        for second in stride(from: 6.0, through: 25, by: 1) {
            fixture.heartbeat("a", running: [fixture.key(0)], at: second)
            fixture.heartbeat("b", at: second)
            actions += fixture.handle(.timePassed, at: second)
        }
        #expect(
            actions == [
                fixture.closed(fixture.key(0), .cancelled, "the drained worker kept it"),
                .send(.stop(fixture.key(0)), to: "a"),
            ] + fixture.dispatch(0, 2, to: "b"))
        #expect(fixture.heartbeat("a", running: [fixture.key(0)], at: 26) == [.send(.stop(fixture.key(0)), to: "a")])
    }
}

struct EpochTimesTests {
    private let task = PretendTraining.task(0, epochs: 3)
    private let other = SweepTask(
        parameters: TaskParameters(batchSize: 8, seed: 1, epochs: 3), data: .shapes,
        dataDigest: PretendTraining.digest)
    private let a = WorkerIdentity.name("a")
    private let b = WorkerIdentity.name("b")
    private let c = WorkerIdentity.name("c")
    private let d = WorkerIdentity.name("d")

    @Test func `a point's bound is a multiple of the middle one of the others' slowest epochs, whatever the seed`() {
        var times = EpochTimes()
        for (seconds, identity) in [(100, a), (40, a), (50, b), (900, c)] {
            times.record(.seconds(seconds), of: PretendTraining.task(seconds, epochs: 3), by: identity)
        }
        #expect(times.limit(of: PretendTraining.task(9, epochs: 3), for: d) == .seconds(2_000))
        #expect(times.patience(with: d) == .seconds(2_000))
    }

    @Test func `nobody stretches a bound by his own delays, also where he is alone`() {
        var times = EpochTimes()
        for step in 1...20 { times.record(.seconds(5_000 * step), of: task, by: b) }
        #expect(times.limit(of: task, for: b) == EpochTimes.shortestOfOthers)
        #expect(times.limit(of: other, for: b) == EpochTimes.shortestOfOthers)
        #expect(times.patience(with: b) == .zero)
        for (seconds, identity) in [(50, a), (60, c), (70, d)] {
            times.record(.seconds(seconds), of: task, by: identity)
        }
        #expect(times.limit(of: task, for: b) == .seconds(1_200))
        #expect(times.limit(of: task, for: a) == .seconds(1_400), "nor much those of others")
    }

    @Test func `made-up records that come at once shorten nobody's bound below that of a point that is not known`() {
        var times = EpochTimes()
        for _ in 1...100 { times.record(.milliseconds(1), of: task, by: a) }
        #expect(times.limit(of: task, for: b) == EpochTimes.shortestOfOthers)
        times.record(.milliseconds(1), of: task, by: c)
        #expect(times.limit(of: task, for: b) == EpochTimes.shortestOfOthers)
        times.record(.seconds(300), of: task, by: d)
        times.record(.seconds(400), of: task, by: .name("e"))
        times.record(.seconds(500), of: task, by: .name("f"))
        #expect(times.limit(of: task, for: b) == .seconds(6_000), "two of five")
    }

    @Test func `no bound is shorter than what a host needs to begin`() {
        var times = EpochTimes()
        for identity in [a, c, d] { times.record(.milliseconds(1), of: task, by: identity) }
        #expect(times.limit(of: task, for: b) == EpochTimes.shortest)
    }

    @Test func `a point of which nothing is known has hours, and more where other epochs are long`() {
        var times = EpochTimes()
        #expect(times.limit(of: other, for: a) == EpochTimes.shortestOfOthers)
        times.record(.seconds(1_000), of: task, by: b)
        #expect(times.limit(of: other, for: a) == .seconds(100_000))
    }
}
