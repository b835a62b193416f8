import Experiment
import Messages
import Scheduling
import Status
import Testing

/// A coordinator decides about everything that arrives in a turn.
struct CoordinatorCoreTests {
    private typealias Fixture = CoreFixture

    // MARK: Peers

    @Test func `who claims a worker's name with another key is given another name, and changes nothing`() {
        var fixture = Fixture(taskCount: 2)
        fixture.stored([Fixture.hello("a")])
        let claimant = PretendConnection(9, key: "another")
        let goodbye = Fixture.Core.Event.messageArrived(.goodbye, from: "a", over: claimant)
        let claims = [Fixture.hello("a", slots: 8, over: claimant), goodbye]
        let deliveries = fixture.stored(claims, at: 1)
        let name = WorkerID("a").renamed(for: claimant.key)
        let answer = Delivery.send(.nameTaken(useInstead: name), to: claimant)
        #expect(deliveries.steps == [answer, answer])
        #expect(deliveries.actions.isEmpty && deliveries.joinedWorkers.isEmpty)
        #expect(fixture.core.board.liveWorkers == (1, 1))
        let stored = Fixture.send(.recordStored(fixture.key(0), epoch: 1), to: "a")
        let event = Fixture.record("a", fixture.key(0), fixture.record(0, 1))
        #expect(fixture.stored([event], at: 2).steps == [stored], "to the worker itself")
        fixture.stored([Fixture.hello(name, over: claimant)], at: 3)
        #expect(fixture.core.board.liveWorkers == (2, 2), "under that name it takes part")
    }

    @Test func `who finds the other name taken, too, is given a third one, as long as a name may be`() {
        var fixture = Fixture()
        let claimant = PretendConnection(9, key: "another")
        var name: WorkerID = "a"
        var names: [WorkerID] = []
        while !names.contains(name) {
            fixture.stored([Fixture.hello(name, over: PretendConnection(names.count, key: "owner"))])
            names.append(name)
            name = name.renamed(for: claimant.key)
            let isLast = names.contains(name)
            let answer: CoordinatorMessage =
                isLast ? .refusal(reason: "no name is left for it") : .nameTaken(useInstead: name)
            #expect(fixture.stored([Fixture.hello("a", over: claimant)]).steps == [.send(answer, to: claimant)])
        }
        #expect(names.count == 6 && names.last!.rawValue.count == 64, "\(names)")
    }

    @Test func `a name stays its key's when the coordinator starts again`() {
        var first = Fixture()
        first.stored([Fixture.hello("a")])
        let key = Fixture.connection("a").key
        #expect(first.journal.facts.contains(.nameBound("a", to: key)))
        var fixture = Fixture(first.tasks.map { .init(task: $0) }, keys: ["a": key])
        let claimant = PretendConnection(9, key: "another")
        let steps = fixture.stored([Fixture.hello("a", over: claimant)]).steps
        #expect(steps == [.send(.nameTaken(useInstead: WorkerID("a").renamed(for: claimant.key)), to: claimant)])
        #expect(fixture.stored([Fixture.hello("a")], at: 1).joinedWorkers.count == 1)
        #expect(
            !fixture.journal.facts.contains { if case .nameBound = $0 { true } else { false } }, "it is bound already")
    }

    @Test func `names of local workers are the local key's alone`() {
        let local = PretendConnection(1, key: "local")
        var fixture = Fixture(localKey: local.key)
        let claimant = PretendConnection(9, key: "another")
        let steps = fixture.stored([Fixture.hello("local-7", over: claimant)]).steps
        let name = WorkerID("local-7").renamed(for: claimant.key)
        #expect(steps == [.send(.nameTaken(useInstead: name), to: claimant)])
        #expect(!name.isLocal)
        #expect(fixture.stored([Fixture.hello("local-7", over: local)], at: 1).joinedWorkers.count == 1)
    }

    @Test func `a key takes so many names at once, and then one a second`() {
        var fixture = Fixture()
        let flood = (0..<1_000).map { number in
            Fixture.hello(WorkerID(rawValue: "w\(number)")!, over: PretendConnection(number, key: "k"))
        }
        #expect(fixture.stored(flood).joinedWorkers.count == NameBudget.burst)
        #expect(fixture.stored(Array(flood.reversed()), at: 3.5).joinedWorkers.count == 3)
        #expect(fixture.stored([Fixture.hello("a")], at: 3.5).joinedWorkers.count == 1, "other keys have theirs")
    }

    @Test func `a claim is no sign of life of the worker whose name it is`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        let claim = Fixture.hello("a", over: PretendConnection(9, key: "another"))
        fixture.stored([claim], at: 19)
        let deliveries = fixture.stored([claim], at: 20)
        #expect(deliveries.actions.contains(.reportLost("a", reason: "not heard of for 20.0 s")))
    }

    @Test func `a worker that comes back over another connection is answered there`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        let next = PretendConnection(2, key: "a")
        let deliveries = fixture.stored([Fixture.hello("a", over: next)], at: 1)
        #expect(deliveries.steps == [.send(BoardFixture.welcome, to: next)])
        #expect(fixture.core.connections == [next])
    }

    @Test func `a worker that has not spoken to this coordinator cannot be told anything`() {
        var restored = TaskBoard.RestoredTask(task: Fixture().tasks[0])
        restored.history.attempts = [.init(worker: "a")]
        var fixture = Fixture([restored])
        let deliveries = fixture.stored([.occurred(.stopRequested)])
        #expect(deliveries.actions == [.send(.stop(fixture.key(0)), to: "a")] && deliveries.steps.isEmpty)
    }

    @Test func `somebody who cannot take part is told why`() {
        var fixture = Fixture()
        let connection = PretendConnection(4, key: "k")
        let deliveries = fixture.stored([.strangerSpoke(reason: "another version", over: connection)])
        #expect(deliveries.steps == [.send(.refusal(reason: "another version"), to: connection)])
        #expect(fixture.core.connections.isEmpty)
    }

    @Test func `a worker is announced at its first hello, and when it says something else of itself`() {
        var fixture = Fixture()
        #expect(fixture.stored([Fixture.hello("a"), Fixture.hello("a")]).joinedWorkers.count == 1)
        #expect(fixture.stored([Fixture.hello("a")], at: 1).joinedWorkers.isEmpty)
        var facts = BoardFixture.facts
        facts.build = "2"
        let joined = JoinedWorker(id: "a", facts: facts, slots: 3)
        #expect(fixture.stored([Fixture.hello("a", slots: 3, facts: facts)], at: 2).joinedWorkers == [joined])
        #expect(fixture.journal.facts.contains(.workerSeen(joined)))
    }

    @Test func `what a worker says of its host changes so many times at once, and then one each while`() {
        var fixture = Fixture()
        func hello(_ number: Int, _ name: WorkerID = "a", key: String = "k") -> Fixture.Core.Event {
            var facts = BoardFixture.facts
            facts.host = "host-\(number)"
            return Fixture.hello(name, facts: facts, over: PretendConnection(1, key: key))
        }
        let flood = fixture.stored((0..<1_000).map { hello($0) })
        #expect(flood.joinedWorkers.map(\.facts.host) == (0...FactsBudget.burst).map { "host-\($0)" })
        let welcome = Delivery.send(BoardFixture.welcome, to: PretendConnection(1, key: "k"))
        #expect(flood.steps.count { $0 == welcome } == 1_000, "each is served")
        #expect(fixture.stored([hello(1, "b")]).joinedWorkers.count == 1, "another name's first ones are another thing")
        #expect(fixture.stored([hello(2, "b")]).joinedWorkers.isEmpty, "and its others the same key's")
        #expect(fixture.stored([hello(1, "c", key: "other"), hello(2, "c", key: "other")]).joinedWorkers.count == 2)
        let later = 3.5 * (FactsBudget.interval / .seconds(1))
        let next = fixture.stored((1_000..<2_000).map { hello($0) }, at: later)
        #expect(next.joinedWorkers.map(\.facts.host) == ["host-1000", "host-1001", "host-1002"])
        #expect(fixture.stored([hello(1_002)], at: later).joinedWorkers.isEmpty, "it is known")
        let last = fixture.stored([hello(1_999)], at: 2 * later)
        #expect(last.joinedWorkers.map(\.facts.host) == ["host-1999"], "what it says still is taken when it may")
    }

    // MARK: The coordinator's key

    private static func keysRead(_ time: Duration = .seconds(60)) -> Fixture.Core.Event {
        .keysRead(StoredKeys(present: "old", next: .init(key: "new", presentEndsIn: time)))
    }

    private func kept(_ worker: WorkerID, over connection: PretendConnection) -> Fixture.Core.Event {
        .messageArrived(.keyKept("new"), from: worker, over: connection)
    }

    @Test func `who speaks in the turn in which the next key is read is told of it, after all else`() {
        var fixture = Fixture(listeningKey: "old")
        let steps = fixture.stored([Self.keysRead(), Fixture.hello("a")]).steps
        #expect(
            Array(steps.suffix(2)) == [
                .changeKey(.announce(presentEndsIn: .seconds(60))),
                Fixture.send(.nextKey("new", presentEndsIn: .seconds(60)), to: "a"),
            ])
        #expect(steps.first == Fixture.send(BoardFixture.welcome, to: "a"))
        #expect(fixture.stored([Self.keysRead()], at: 1).steps.isEmpty, "once")
        #expect(fixture.stored([], at: 2).steps.isEmpty, "the store was not read")
    }

    @Test func `the word that a key is kept counts from who has the name, and from nobody else`() {
        var fixture = Fixture(listeningKey: "old")
        fixture.stored([Fixture.hello("a"), Self.keysRead()])
        let finish = Delivery<PretendConnection>.changeKey(.finish)
        // The key of somebody who claims a name is none of those that are waited for.
        let claimant = PretendConnection(9, key: "another")
        fixture.stored([kept("a", over: claimant)], at: 1)
        #expect(!fixture.stored([Self.keysRead(.zero)], at: 2).steps.contains(finish))
        fixture.stored([kept("a", over: Fixture.connection("a"))], at: 3)
        #expect(fixture.stored([Self.keysRead(.zero)], at: 4).steps == [finish])
        let changed = fixture.stored([.keysRead(StoredKeys(present: "new"))], at: 5).steps
        #expect(changed == [.changeKey(.listen(unreachedCount: 0))])
    }

    @Test func `a sweep of one host has no part in a change of keys`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        #expect(fixture.stored([Self.keysRead(.zero)], at: 1).steps.isEmpty)
    }

    // MARK: Time and the end

    @Test func `whoever speaks in a turn is not lost in it, however late the turn is`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        #expect(fixture.stored([Fixture.heartbeat("a", running: [fixture.key(0)])], at: 500).actions.isEmpty)
        let reason = "not heard of for 20.0 s"
        #expect(fixture.stored([], at: 520).actions.contains(.reportLost("a", reason: reason)))
    }

    @Test func `a stop is begun once`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        let stop = Fixture.send(.stop(fixture.key(0)), to: "a")
        #expect(fixture.stored([.occurred(.stopRequested)], at: 1).steps == [stop])
        #expect(fixture.stored([.occurred(.stopRequested)], at: 2).steps.isEmpty)
        #expect(fixture.core.stopRequestedAt == .seconds(1))
        #expect(fixture.stored([.occurred(.stopInsisted)], at: 3).ending == .stopped)
    }

    @Test func `the turn that ends the sweep lets every worker go that has spoken, after everything else`() {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("b")])
        fixture.stored([Fixture.hello("a")], at: 1)
        let records = (1...2).map { Fixture.record("b", fixture.key(0), fixture.record(0, $0)) }
        let deliveries = fixture.stored(records + [Fixture.end("b", fixture.key(0))], at: 2)
        #expect(deliveries.ending == .finished)
        let farewells = (["a", "b"] as [WorkerID]).map { Fixture.send(.farewell, to: $0) }
        #expect(Array(deliveries.steps.suffix(2)) == farewells && deliveries.steps.count > 2)
        #expect(fixture.core.farewells == farewells, "as where the sweep ends at a fault")
        let others = deliveries.steps.dropLast(2)
        #expect(others.allSatisfy { !farewells.contains($0) }, "\(others)")
    }

    @Test func `the next turn is due when the board or the keeper waits for something`() {
        var fixture = Fixture(keeper: LocalWorkerKeeper(isWanted: true))
        #expect(fixture.core.nextDeadline == nil)
        fixture.stored([Fixture.hello("a")])
        #expect(fixture.core.nextDeadline == .seconds(20), "the lease of a")
        #expect(fixture.core.takeAnswer(.found(.unclear), at: .seconds(1)).isEmpty)
        #expect(fixture.core.nextDeadline == .seconds(4), "another look")
        fixture.stored([.occurred(.stopRequested)], at: 2)
        #expect(fixture.core.nextDeadline == .seconds(7), "a sweep that stops looks for nobody")
    }
}
