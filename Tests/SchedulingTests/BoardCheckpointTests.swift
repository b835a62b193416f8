import Experiment
import Messages
import Scheduling
import Simulation
import Testing

/// Checkpoints at the board: taken in pieces, sent along with the task, deleted when they are of no use.
struct BoardCheckpointTests {
    /// Task 0 of five epochs, the first two of them stored, on worker a.
    private static func fixture(storedEpochs: Int = 2) -> BoardFixture {
        var fixture = BoardFixture(taskCount: 1, epochs: 5)
        fixture.hello("a")
        for epoch in 1..<storedEpochs + 1 { fixture.report("a", fixture.key(0), fixture.record(0, epoch)) }
        return fixture
    }

    private static func pieces(_ fixture: BoardFixture, epoch: Int = 2) -> [CheckpointPiece] {
        PretendTraining.checkpoint(of: fixture.tasks[0], epoch: epoch).pieces(limit: 16)
    }

    private static func send(_ piece: CheckpointPiece, _ fixture: inout BoardFixture) -> [TaskBoard.Action] {
        fixture.handle(.received(.checkpointPiece(fixture.key(0), piece), from: "a"), at: 1)
    }

    /// Sends all pieces and has the file saved.
    private static func save(epoch: Int, _ fixture: inout BoardFixture) -> [TaskBoard.Action] {
        for piece in pieces(fixture, epoch: epoch) { _ = send(piece, &fixture) }
        let label = pieces(fixture, epoch: epoch)[0].label
        return fixture.handle(.checkpointSaved(fixture.key(0), label), at: 1)
    }

    @Test func `each piece is asked for; the checkpoint is settled when its file is on the disk, and not before`() {
        var fixture = Self.fixture()
        let (key, pieces) = (fixture.key(0), Self.pieces(fixture))
        for (piece, next) in zip(pieces, [16, 32, 40]) {
            #expect(
                Self.send(piece, &fixture) == [
                    .changeFiles(.keep(piece, of: key)), .send(.checkpointWanted(key, epoch: 2, offset: next), to: "a"),
                ])
        }
        let isBeingSaved = TaskBoard.Action.send(.checkpointWanted(key, epoch: 2, offset: 40), to: "a")
        #expect(Self.send(pieces[2], &fixture) == [isBeingSaved])
        #expect(
            fixture.handle(.checkpointSaved(key, pieces[0].label), at: 1) == [
                .store(.checkpointKept(key, pieces[0].label)), .send(.checkpointSettled(key, epoch: 2), to: "a"),
            ])
        #expect(fixture.board.storedCheckpoints == [fixture.tasks[0].id: pieces[0].label])
        #expect(Self.send(pieces[0], &fixture) == [.send(.checkpointSettled(key, epoch: 2), to: "a")], "it is known")
    }

    @Test func `a piece that is not the next one is answered with the one that is`() {
        var fixture = Self.fixture()
        let (key, pieces) = (fixture.key(0), Self.pieces(fixture))
        #expect(Self.send(pieces[1], &fixture) == [.send(.checkpointWanted(key, epoch: 2, offset: 0), to: "a")])
        _ = Self.send(pieces[0], &fixture)
        #expect(Self.send(pieces[2], &fixture) == [.send(.checkpointWanted(key, epoch: 2, offset: 16), to: "a")])
        #expect(Self.send(pieces[0], &fixture) == [.send(.checkpointWanted(key, epoch: 2, offset: 16), to: "a")])
    }

    @Test func `a checkpoint whose records are not all stored is of no use: nobody would train them again`() {
        var fixture = Self.fixture(storedEpochs: 1)
        #expect(
            Self.send(Self.pieces(fixture)[0], &fixture) == [
                .send(.checkpointSettled(fixture.key(0), epoch: 2), to: "a")
            ])
        #expect(fixture.board.storedCheckpoints.isEmpty)
    }

    @Test func `the older checkpoint goes when the newer one is saved, and the last one with the last record`() {
        var fixture = Self.fixture(storedEpochs: 4)
        let task = fixture.tasks[0].id
        let first = Self.pieces(fixture, epoch: 2)[0].label, second = Self.pieces(fixture, epoch: 4)[0].label
        let key = fixture.key(0)
        #expect(
            Self.save(epoch: 2, &fixture) == [
                .store(.checkpointKept(key, first)), .send(.checkpointSettled(key, epoch: 2), to: "a"),
            ])
        #expect(
            Self.save(epoch: 4, &fixture) == [
                .store(.checkpointKept(key, second)), .changeFiles(.delete(first, of: task)),
                .send(.checkpointSettled(fixture.key(0), epoch: 4), to: "a"),
            ])
        #expect(
            fixture.report("a", fixture.key(0), fixture.record(0, 5)) == [
                .store(.recordCommitted(fixture.key(0), fixture.record(0, 5))), .changeFiles(.delete(second, of: task)),
                .send(.recordStored(fixture.key(0), epoch: 5), to: "a"),
            ])
        // A checkpoint that was being saved meanwhile.
        #expect(
            fixture.handle(.checkpointSaved(fixture.key(0), first), at: 2) == [.changeFiles(.delete(first, of: task))])
    }

    @Test func `a checkpoint that could not be saved is settled, and the one before it stays`() {
        var fixture = Self.fixture(storedEpochs: 4)
        let task = fixture.tasks[0].id
        _ = Self.save(epoch: 2, &fixture)
        for piece in Self.pieces(fixture, epoch: 4) { _ = Self.send(piece, &fixture) }
        let label = Self.pieces(fixture, epoch: 4)[0].label
        #expect(
            fixture.handle(.checkpointNotSaved(fixture.key(0), label), at: 1) == [
                .send(.checkpointSettled(fixture.key(0), epoch: 4), to: "a")
            ])
        #expect(fixture.board.storedCheckpoints[task]?.epoch == 2)
    }

    @Test func `a piece that cannot be written ends the transfer: what is in flight finds nothing to be added to`() {
        var fixture = Self.fixture()
        let (key, pieces) = (fixture.key(0), Self.pieces(fixture))
        _ = Self.send(pieces[0], &fixture)
        #expect(
            fixture.handle(.checkpointNotSaved(key, pieces[0].label), at: 1) == [
                .send(.checkpointSettled(key, epoch: 2), to: "a")
            ])
        #expect(Self.send(pieces[1], &fixture) == [.send(.checkpointWanted(key, epoch: 2, offset: 0), to: "a")])
    }

    @Test func `while a checkpoint of a task is being saved no other one of it is taken, and nobody is answered`() {
        var fixture = Self.fixture(storedEpochs: 4)
        let (old, new) = (Self.pieces(fixture, epoch: 2), Self.pieces(fixture, epoch: 4))
        for piece in old { _ = Self.send(piece, &fixture) }
        #expect(Self.send(new[0], &fixture).isEmpty)
        _ = fixture.handle(.checkpointSaved(fixture.key(0), old[0].label), at: 1)
        #expect(Self.send(new[0], &fixture).contains(.changeFiles(.keep(new[0], of: fixture.key(0)))))
    }

    // MARK: Other bytes than announced

    @Test func `checkpoints of other bytes than announced are their worker's fault, and after three none is taken`() {
        var fixture = Self.fixture(storedEpochs: 4)
        let key = fixture.key(0)
        for epoch in 1...3 {
            let pieces = Self.pieces(fixture, epoch: epoch)
            for piece in pieces {
                #expect(Self.send(piece, &fixture).contains(.changeFiles(.keep(piece, of: key))))
            }
            let actions = fixture.handle(.checkpointForged(key, pieces[0].label), at: 1)
            #expect(actions.contains(.reportForgedCheckpoint("a", key)))
            #expect(actions.contains(.send(.checkpointSettled(key, epoch: epoch), to: "a")))
            #expect(actions.contains(.reportQuarantined("a")) == (epoch == 3))
        }
        let settled = TaskBoard.Action.send(.checkpointSettled(key, epoch: 4), to: "a")
        #expect(Self.send(Self.pieces(fixture, epoch: 4)[0], &fixture) == [settled])
        // To leave and to come back changes nothing.
        _ = fixture.handle(.received(.goodbye, from: "a"), at: 2)
        fixture.end("a", key, .preempted, at: 2)
        fixture.hello("a", at: 3)
        let piece = Self.pieces(fixture, epoch: 4)[0], second = fixture.key(0, 2)
        #expect(fixture.board.owner(of: second) == "a")
        #expect(
            fixture.handle(.received(.checkpointPiece(second, piece), from: "a"), at: 3)
                == [.send(.checkpointSettled(second, epoch: 4), to: "a")])
    }

    @Test func `a checkpoint of which a piece could not be written is nobody's forgery`() {
        var fixture = Self.fixture()
        let pieces = Self.pieces(fixture), key = fixture.key(0), label = pieces[0].label
        for piece in pieces { _ = Self.send(piece, &fixture) }
        _ = fixture.handle(.checkpointNotSaved(key, label), at: 1)
        #expect(fixture.handle(.checkpointForged(key, label), at: 1).isEmpty)
    }

    @Test func `the next attempt is sent where the checkpoint is, and gets the bytes that it asks for`() {
        var fixture = Self.fixture()
        _ = Self.save(epoch: 2, &fixture)
        let label = Self.pieces(fixture)[0].label
        fixture.hello("b", at: 2)
        let next = fixture.key(0, 2)
        #expect(
            fixture.handle(.workerVanished("a"), at: 3).last
                == .send(.assignment(next, fixture.tasks[0], from: label), to: "b"))
        #expect(
            fixture.handle(.received(.checkpointRequest(next, epoch: 2, offset: 16), from: "b"), at: 4) == [
                .sendCheckpointPiece("b", next, label, offset: 16)
            ])
        #expect(
            fixture.handle(.received(.checkpointRequest(next, epoch: 1, offset: 0), from: "b"), at: 4) == [
                .send(.resumePoint(next, label), to: "b")
            ])
        #expect(
            fixture.handle(.checkpointUnreadable(fixture.tasks[0].id, label), at: 5) == [
                .changeFiles(.delete(label, of: fixture.tasks[0].id))
            ])
        #expect(
            fixture.handle(.received(.checkpointRequest(next, epoch: 2, offset: 16), from: "b"), at: 6) == [
                .store(.attemptResumed(next, from: nil)), .send(.resumePoint(next, nil), to: "b"),
            ])
    }

    @Test func `of two attempts that send a state both are taken, until one of them is stored`() {
        var fixture = Self.fixture(storedEpochs: 4)
        fixture.hello("b")
        fixture.handle(.workerVanished("a"), at: 1).expectLost("a")
        let (old, new) = (Self.pieces(fixture, epoch: 2), Self.pieces(fixture, epoch: 4))
        let second = fixture.key(0, 2)
        #expect(Self.send(old[0], &fixture).count == 2)
        for piece in new {
            #expect(fixture.handle(.received(.checkpointPiece(second, piece), from: "b"), at: 1).count == 2)
        }
        #expect(Self.send(old[1], &fixture).count == 2)
        _ = fixture.handle(.checkpointSaved(second, new[0].label), at: 1)
        #expect(
            Self.send(old[2], &fixture) == [
                .changeFiles(.dropPieces(of: fixture.key(0))),
                .send(.checkpointSettled(fixture.key(0), epoch: 2), to: "a"),
            ])
    }

    @Test func `a worker that begins another checkpoint has given the one before up`() {
        var fixture = Self.fixture(storedEpochs: 4)
        let (old, new) = (Self.pieces(fixture, epoch: 2), Self.pieces(fixture, epoch: 4))
        let key = fixture.key(0)
        _ = Self.send(old[0], &fixture)
        #expect(
            Self.send(new[0], &fixture) == [
                .changeFiles(.dropPieces(of: key)), .changeFiles(.keep(new[0], of: key)),
                .send(.checkpointWanted(key, epoch: 4, offset: 16), to: "a"),
            ])
    }

    @Test func `pieces of a worker that is lost are dropped`() {
        var fixture = Self.fixture()
        _ = Self.send(Self.pieces(fixture)[0], &fixture)
        #expect(fixture.handle(.workerVanished("a"), at: 2).contains(.changeFiles(.dropPieces(of: fixture.key(0)))))
    }

    @Test func `a worker that was not given the attempt can neither send nor fetch its checkpoint`() {
        var fixture = Self.fixture()
        fixture.hello("b")
        let piece = Self.pieces(fixture)[0]
        #expect(
            fixture.handle(.received(.checkpointPiece(fixture.key(0), piece), from: "b"), at: 1) == [
                .reportRejected(
                    "b", fixture.key(0), reason: "a checkpoint of an attempt that this worker was not given"),
                .send(.checkpointSettled(fixture.key(0), epoch: 2), to: "b"),
            ])
        let fetched = fixture.handle(
            .received(.checkpointRequest(fixture.key(0), epoch: 2, offset: 0), from: "b"), at: 1)
        #expect(fetched.last == .send(.resumePoint(fixture.key(0), nil), to: "b"))
    }

    @Test func `a restored board takes the checkpoint of the disk, unless records before it are missing`() {
        let task = PretendTraining.task(0, epochs: 5)
        let label = PretendTraining.checkpoint(of: task, epoch: 2).label
        for (epochs, isTaken) in [([1, 2], true), ([1], false), ([1, 2, 3, 4, 5], false)] {
            var restored = TaskBoard.RestoredTask(task: task)
            restored.history.epochs = epochs
            restored.checkpoint = label
            let fixture = BoardFixture([restored])
            fixture.board.checkInvariants()
            #expect(fixture.board.storedCheckpoints[task.id] == (isTaken ? label : nil))
        }
    }
}
