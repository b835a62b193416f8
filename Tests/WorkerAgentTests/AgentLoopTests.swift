import Experiment
import Messages
import Scheduling
import Testing
import Transport
import Wire
import WorkerAgent

/// A worker's loop turns what happens into messages and trainers.
@Suite(.timeLimit(.minutes(1)))
struct AgentLoopTests {
    private struct NoProcess: Error, CustomStringConvertible {
        let description = "no process can be made"
    }

    private let task: SweepTask
    private let key: AttemptKey
    private let record = EpochRecord(
        epoch: 1, metrics: EpochMetrics(trainLoss: 1.5, valLoss: 2, trainAccuracy: 10, valAccuracy: 20),
        gradientNorms: [1, 2])
    private let completed = AttemptEnd(outcome: .completed, reason: "", seconds: 3)
    private let hello = WorkerMessage.hello(slots: 1, facts: PretendSurroundings.facts, running: [])

    init() {
        task = SweepTask(parameters: TaskParameters(), data: .shapes, dataDigest: PretendSurroundings.digest)
        key = AttemptKey(task: task.id, attempt: Attempt(rawValue: 1))
    }

    private var assignment: AgentEvent { PretendSurroundings.message(.assignment(key, task)) }

    @Test func `a task comes, is trained and reported, and the worker leaves when it owes nothing`() throws {
        let around = PretendSurroundings([
            [.dealer(.connected)], [assignment], [.occurred(.trainerReported(key, record))],
            [.occurred(.trainerEnded(key, completed))], [.occurred(.leaveRequested)],
        ])
        try around.run()
        #expect(around.steps.isEmpty)
        #expect(around.trainers.map(\.start) == [TrainerStart(key: key, task: task, slot: 0)])
        #expect(around.checkpointIntervals == [.seconds(7)], "as the coordinator said")
        #expect(around.said == [hello, .record(key, record), .ended(key, completed), .goodbye])
        #expect(around.heartbeats.contains([key]), "the time between two steps is that between two heartbeats")
        #expect(around.stopped.isEmpty)
    }

    @Test func `a task that the coordinator takes back stops its trainer, and what it has is given back`() throws {
        let around = PretendSurroundings([
            [.dealer(.connected)], [assignment], [PretendSurroundings.message(.stop(key))],
            [.occurred(.leaveRequested)],
        ])
        try around.run()
        #expect(around.stopped == [key])
        let end = AttemptEnd(outcome: .cancelled, reason: "taken back by the coordinator", seconds: 1)
        #expect(around.said == [hello, .ended(key, end), .goodbye])
    }

    @Test func `a trainer that cannot be started ends its attempt, and the next one is tried`() throws {
        let second = AttemptKey(task: task.id, attempt: Attempt(rawValue: 2))
        let around = PretendSurroundings([
            [.dealer(.connected)], [assignment], [PretendSurroundings.message(.assignment(second, task))],
            [.occurred(.trainerEnded(second, completed))], [.occurred(.leaveRequested)],
        ])
        around.startFaults = [NoProcess()]
        try around.run()
        let end = AttemptEnd(outcome: .unfit, reason: "no process can be made", seconds: 0)
        #expect(around.said == [hello, .ended(key, end), .ended(second, completed), .goodbye])
        #expect(around.trainers.map(\.start.key) == [second])
    }

    @Test func `a record of a lost connection is sent again over the next one`() throws {
        let around = PretendSurroundings([
            [.dealer(.connected)], [assignment], [.dealer(.disconnected), .occurred(.trainerReported(key, record))],
            [.dealer(.connected)], [.occurred(.trainerEnded(key, completed))], [.occurred(.leaveRequested)],
        ])
        try around.run()
        let helloAgain = WorkerMessage.hello(slots: 1, facts: PretendSurroundings.facts, running: [key])
        #expect(around.said == [hello, helloAgain, .record(key, record), .ended(key, completed), .goodbye])
    }

    @Test func `the coordinator's next key is said to be kept when it is, and not before`() throws {
        let around = PretendSurroundings([
            [.dealer(.connected)], [PretendSurroundings.message(.nextKey("first", presentEndsIn: .seconds(60)))],
            [PretendSurroundings.message(.nextKey("second", presentEndsIn: .seconds(60)))],
            [.occurred(.leaveRequested)],
        ])
        around.keepFaults = [TransportError(.fileSystem, "the disk is full")]
        try around.run()
        #expect(around.keptKeys == ["second"])
        #expect(around.said == [hello, .keyKept("second"), .goodbye])
    }

    @Test func `a coordinator that names ever more keys is heard a few times`() throws {
        let names = (0..<100).map { PretendSurroundings.message(.nextKey("\($0)", presentEndsIn: .zero)) }
        let around = PretendSurroundings([[.dealer(.connected)], names, [.occurred(.leaveRequested)]])
        try around.run()
        #expect(around.keptKeys == (0..<8).map { "\($0)" })
        #expect(around.said == [hello] + around.keptKeys.map { .keyKept($0) } + [.goodbye])
    }

    @Test func `what comes with the end of the work changes nothing`() throws {
        let around = PretendSurroundings([
            [.dealer(.connected)], [.occurred(.leaveInsisted), assignment, .dealer(.refused(.revoked))],
        ])
        #expect(try around.run() == .left)
        #expect(around.said == [hello] && around.trainers.isEmpty)
    }

    @Test func `bytes that are no message change nothing`() throws {
        let around = PretendSurroundings([
            [.dealer(.message([1, 2, 3]))], [.dealer(.connected)], [.dealer(.message([]))],
            [.occurred(.leaveRequested)],
        ])
        try around.run()
        #expect(around.said == [hello, .goodbye])
    }

    @Test func `who is not let in ends, and says why`() throws {
        #expect { try PretendSurroundings([[.dealer(.refused(.notAdmitted))]]).run() } throws: {
            ($0 as? WorkerError)?.code == .tokenRefused
        }
        let refusal = PretendSurroundings.message(.refusal(reason: "another version"))
        #expect { try PretendSurroundings([[.dealer(.connected)], [refusal]]).run() } throws: {
            ($0 as? WorkerError)?.code == .refused && ($0 as? WorkerError)?.description == "another version"
        }
    }

    /// A refusal whose first field, the version, is another one.
    @Test func `who is refused by another version of the program says so, and the others are not concerned`() throws {
        var bytes = CoordinatorMessage.refusal(reason: "install the same version").encoded()
        try #require(bytes.starts(with: [8, UInt8(ProtocolVersion.current)]))
        bytes[1] += 1
        let around = PretendSurroundings([[.dealer(.connected)], [assignment], [.dealer(.message(bytes))]])
        #expect { try around.run() } throws: {
            ($0 as? WorkerError)?.code == .otherVersion
                && ($0 as? WorkerError)?.description == "install the same version"
        }
        #expect(around.stopped == [key], "its trainers are ended first")
    }

    /// It has a key of an earlier start, and the coordinator other files than then, or never the one of this key.
    @Test func `a worker whose key is not known asks to be let in, unless it had joined or is told to leave`() throws {
        let refusal = AgentEvent.dealer(.refused(.notAdmitted))
        #expect(try PretendSurroundings([[refusal]]).run(canEnrol: true) == .keyUnknown)
        let leaving = PretendSurroundings([[refusal, .occurred(.leaveRequested)]])
        #expect(try leaving.run(canEnrol: true) == .left)
        let joined = PretendSurroundings([[.dealer(.connected)], [.dealer(.disconnected)], [refusal]])
        #expect { try joined.run(canEnrol: true) } throws: { ($0 as? WorkerError)?.code == .tokenRefused }
        let revoked = PretendSurroundings([[.dealer(.refused(.revoked))]])
        #expect { try revoked.run(canEnrol: true) } throws: { ($0 as? WorkerError)?.code == .refused }
    }

    @Test func `a worker whose coordinator is gone ends when none comes for so long, and not before`() throws {
        let around = PretendSurroundings([[.dealer(.connected)], [assignment], [.occurred(.starterEnded)]])
        around.steps.append([.dealer(.disconnected)])
        try around.run(linger: .seconds(60))
        // The four steps before it took two seconds each at most.
        #expect((60...70).contains(Int(around.now.sinceOrigin / .seconds(1))), "\(around.now)")
        #expect(around.trainers.count == 1 && around.said == [hello])
    }
}
