import Experiment
import Messages
import Scheduling
import Simulation
import Statistics
import Status
import Testing

/// A turn is stored, then compared, and only then does anything leave.
struct TurnTests {
    private typealias Fixture = CoreFixture

    /// One worker, which trains task 0 and has brought its first record.
    private static func fixture() -> Fixture {
        var fixture = Fixture()
        fixture.stored([Fixture.hello("a")])
        fixture.stored([Fixture.record("a", fixture.key(0), fixture.record(0, 1))])
        fixture.journal.forgetCalls()
        return fixture
    }

    @Test func `a task is assigned when it is stored that the attempt was started`() {
        var fixture = Fixture()
        let deliveries = fixture.stored([Fixture.hello("a")])
        let started = TaskFact.attemptStarted(fixture.key(0), "a", BoardFixture.facts)
        let joined = JoinedWorker(id: "a", facts: BoardFixture.facts, slots: 1)
        let facts: [StoredFact] = [
            .nameBound("a", to: Fixture.connection("a").key), .workerSeen(joined), .task(started),
        ]
        #expect(fixture.journal.calls == [.commit(facts), .commit([])])
        #expect(deliveries.steps == [Fixture.send(BoardFixture.welcome, to: "a"), fixture.assign(0, to: "a")])
        #expect(deliveries.joinedWorkers == [joined])
    }

    @Test func `nothing leaves of a turn that could not be stored; tried again, it is the same turn`() {
        var fixture = Self.fixture()
        let turn = fixture.turn([Fixture.record("a", fixture.key(0), fixture.record(0, 2))], at: 1)
        #expect(throws: PretendJournal.Fault.self) { try fixture.journal.carryOut(turn, failingAtCommit: 0) }
        let fact = StoredFact.task(.recordCommitted(fixture.key(0), fixture.record(0, 2)))
        #expect(fixture.journal.calls == [.commit([fact])], "and nothing was compared")
        let answer = CoordinatorMessage.recordStored(fixture.key(0), epoch: 2)
        #expect(fixture.journal.carryOut(turn).steps == [Fixture.send(answer, to: "a")])
    }

    @Test func `a record that comes twice in one turn is compared with itself, which is on the disk by then`() {
        var fixture = Self.fixture()
        let record = fixture.record(0, 2)
        let event = Fixture.record("a", fixture.key(0), record)
        let deliveries = fixture.stored([event, event], at: 1)
        #expect(
            fixture.journal.calls == [
                .commit([.task(.recordCommitted(fixture.key(0), record))]),
                .read(RecordComparison(record, of: fixture.key(0))), .commit([]),
            ])
        #expect(deliveries.differences.isEmpty)
        let answer = Fixture.send(.recordStored(fixture.key(0), epoch: 2), to: "a")
        #expect(deliveries.steps == [answer, answer])
    }

    @Test func `other bits of a second execution are stored before the worker is answered, and forgets them`() {
        var fixture = Self.fixture()
        let wrong = PretendTraining.wrongRecord(of: fixture.tasks[0], epoch: 1)
        let comparison = RecordComparison(wrong, of: fixture.key(0))
        let turn = fixture.turn([Fixture.record("a", fixture.key(0), wrong)], at: 1)
        #expect(throws: PretendJournal.Fault.self) { try fixture.journal.carryOut(turn, failingAtCommit: 1) }
        let calls: [PretendJournal.Call] = [
            .commit([]), .read(comparison), .commit([.recordDiffered(comparison)]),
        ]
        #expect(fixture.journal.calls == calls)
        let deliveries = fixture.journal.carryOut(turn)
        #expect(fixture.journal.calls == calls + calls)
        #expect(deliveries.differences == [comparison])
        #expect(deliveries.steps == [Fixture.send(.recordStored(fixture.key(0), epoch: 1), to: "a")])
    }

    @Test func `other images that are right are another record, and images that are not told are none`() {
        var fixture = Self.fixture()
        let right = fixture.record(0, 2)
        fixture.stored([Fixture.record("a", fixture.key(0), right)], at: 1)
        var untold = right
        untold.outcomes = nil
        #expect(fixture.stored([Fixture.record("a", fixture.key(0), untold)], at: 1).differences.isEmpty)
        var other = right
        other.outcomes = right.outcomes.flatMap { outcomes in
            // The same number of others.
            ImageOutcomes((0..<outcomes.count).reversed().map { outcomes[$0] })
        }
        #expect(other.outcomes != right.outcomes && other.fault(in: fixture.tasks[0]) == nil)
        let comparison = RecordComparison(other, of: fixture.key(0))
        #expect(fixture.stored([Fixture.record("a", fixture.key(0), other)], at: 1).differences == [comparison])
    }

    @Test func `an audit confirms a record where it tells as much, and the other way round nothing`() {
        let right = PretendTraining.record(of: PretendTraining.task(0, epochs: 2), epoch: 2)
        var untold = right
        untold.outcomes = nil
        var policy = TaskBoard.Policy()
        policy.auditShare = 1
        for (stored, came, isWitness) in [
            (right, right, true), (untold, right, true), (untold, untold, true), (right, untold, false),
        ] {
            var fixture = Fixture(policy: policy)
            fixture.stored([Fixture.hello("a")])
            for record in [fixture.record(0, 1), stored] {
                fixture.stored([Fixture.record("a", fixture.key(0), record)])
            }
            fixture.stored([Fixture.end("a", fixture.key(0))])
            let deliveries = fixture.stored([Fixture.record("a", fixture.key(0, 2), came)])
            let expected = ComparedRecord(attempt: fixture.key(0, 2), epoch: 2, isSilent: !isWitness)
            #expect(deliveries.compared == [expected] && deliveries.differences.isEmpty)
            let isStored = fixture.journal.facts.contains {
                if case .recordConfirmed = $0 { true } else { false }
            }
            #expect(isStored == isWitness)
        }
    }

    @Test func `a request is answered when what it changes is stored`() {
        var fixture = Self.fixture()
        let turn = fixture.turn([Fixture.request(.cancel([]), id: 7)], at: 1)
        #expect(throws: PretendJournal.Fault.self) { try fixture.journal.carryOut(turn, failingAtCommit: 0) }
        let deliveries = fixture.journal.carryOut(turn)
        let failure = TaskFact.taskFailed(fixture.tasks[0].id, .cancelled)
        #expect(fixture.journal.facts.last == .task(failure))
        let answer = Delivery<PretendConnection>.answer(
            RequestID(rawValue: 7), .done(count: 1), to: .cancel([]))
        let farewell = Fixture.send(.farewell, to: "a")
        #expect(deliveries.steps == [Fixture.send(.stop(fixture.key(0)), to: "a"), answer, farewell])
        #expect(deliveries.ending == .finished)
    }

    @Test func `a pause is a fact for other commands, once`() {
        var fixture = Self.fixture()
        for (request, facts) in [
            (SweepRequest.pause, [StoredFact.pauseChanged(isPaused: true)]), (.pause, []),
            (.resume, [.pauseChanged(isPaused: false)]), (.resume, []),
        ] {
            fixture.journal.forgetCalls()
            fixture.stored([Fixture.request(request)], at: 1)
            #expect(fixture.journal.calls.first == .commit(facts), "\(request)")
        }
    }

    @Test func `pieces of checkpoints are kept and sent when the turn is stored`() {
        var fixture = Self.fixture()
        let content = PretendTraining.checkpoint(of: fixture.tasks[0], epoch: 1)
        let key = fixture.key(0), piece = content.piece(at: 0, limit: 40)
        let arrival = WorkerMessage.checkpointPiece(key, piece)
        let connection = Fixture.connection("a")
        let wanted = CoordinatorMessage.checkpointWanted(key, epoch: 1, offset: 40)
        #expect(
            fixture.stored([.messageArrived(arrival, from: "a", over: connection)], at: 1).steps
                == [.changeFiles(.keep(piece, of: key)), .send(wanted, to: connection)])
        let settled = CoordinatorMessage.checkpointSettled(key, epoch: 1)
        #expect(
            fixture.stored([.occurred(.checkpointSaved(key, content.label))], at: 1).steps
                == [.send(settled, to: connection)])
        let wish = WorkerMessage.checkpointRequest(key, epoch: 1, offset: 16, limit: 8)
        #expect(
            fixture.stored([.messageArrived(wish, from: "a", over: connection)], at: 1).steps
                == [.sendCheckpointPiece(key, content.label, offset: 16, limit: 8, to: connection)])
        #expect(
            fixture.stored([.occurred(.checkpointUnreadable(key.task, content.label))], at: 1).steps
                == [.changeFiles(.delete(content.label, of: key.task))])
    }
}
