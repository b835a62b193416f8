import Experiment
import Foundation
import GRDB
import Journal
import Status
import TestSupport
import Testing

/// What was committed comes back.
struct JournalRoundTripTests {
    private let directory = TemporaryDirectory()

    @Test func `the plan is stored as a whole before open returns`() throws {
        let plan = samplePlan(taskCount: 50)
        let journal = try Journal.open(in: directory.run(), plan: plan)
        #expect(try JournalReader(of: directory.run()).plan() == plan)
        try journal.close()
        #expect(try Journal.open(in: directory.run()).reader.plan() == plan)
    }

    @Test func `a closed journal is one file that has everything, although a reader is there`() throws {
        let directory = directory.run()
        let plan = samplePlan()
        let journal = try Journal.open(in: directory, plan: plan)
        let reader = try JournalReader(of: directory)
        try journal.commit([.started(plan.tasks[0].attempt(1))])
        #expect(try reader.state().histories[0].attempts.count == 1)
        try journal.close()
        let log = try FileManager.default.attributesOfItem(atPath: directory.journalFile + "-wal")
        #expect(log[.size] as? Int == 0)
        #expect(try reader.state().histories[0].attempts.count == 1)
    }

    @Test func `a record comes back with the same bits`() throws {
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let metrics = EpochMetrics(
            trainLoss: -0.0, valLoss: .leastNonzeroMagnitude, trainAccuracy: 1, valAccuracy: .greatestFiniteMagnitude)
        let record = EpochRecord(
            epoch: 3, metrics: metrics, gradientNorms: [0, -0.0, 0.1, .infinity],
            layerGradients: [
                LayerGradientSample(layer: "conv1", values: [-0.0, .leastNonzeroMagnitude, 1 / 3]),
                LayerGradientSample(layer: "conv2", values: []),
            ])
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key), .recordCommitted(record, by: key)])
        #expect(try journal.reader.record(of: key.task, epoch: 3) == record)
        #expect(try JournalReader(of: directory.run()).allRecords() == [key.task: [record]])
        #expect(try journal.reader.record(of: key.task, epoch: 2) == nil)
        #expect(try journal.reader.record(of: plan.tasks[1].id, epoch: 3) == nil)
    }

    @Test func `the records of a task are read by epoch, from one on, so many`() throws {
        let plan = samplePlan()
        let keys = plan.tasks.prefix(2).map { $0.attempt(1) }
        let records = [3, 1, 2, 7].map { sampleRecord(epoch: $0) }
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(
            keys.map { .started($0) } + records.map { .recordCommitted($0, by: keys[1]) }
                + [.recordCommitted(sampleRecord(epoch: 5), by: keys[0])])
        func read(from epoch: Int, limit: Int, gradients: Bool = true) throws -> [EpochRecord] {
            var read: [EpochRecord] = []
            try journal.reader.read {
                try $0.forEachRecord(of: plan.tasks[1], from: epoch, limit: limit, gradients: gradients) {
                    read.append($0)
                }
            }
            return read
        }
        #expect(try read(from: 1, limit: .max) == [1, 2, 3, 7].map { sampleRecord(epoch: $0) })
        #expect(try read(from: 2, limit: 2) == [2, 3].map { sampleRecord(epoch: $0) })
        #expect(try read(from: 8, limit: 2).isEmpty)
        var bare = sampleRecord(epoch: 7)
        bare.gradientNorms = []
        #expect(try read(from: 7, limit: 1, gradients: false) == [bare])
    }

    @Test func `differing epochs are told by attempt, without their records`() throws {
        let plan = samplePlan()
        let (first, second) = (plan.tasks[1].attempt(1), plan.tasks[1].attempt(2))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(
            [.started(first), .started(second)]
                + [1, 2, 3].map { .recordCommitted(sampleRecord(epoch: $0), by: first) }
                + [3, 1].map { .recordDiffered(sampleRecord(epoch: $0, loss: 9), by: second, at: instant(4)) })
        #expect(try journal.reader.read { try $0.differingEpochs() } == [second: [1, 3]])
    }

    @Test func `a plan that is known is the answer as long as the journal has it`() throws {
        var known = samplePlan()
        let journal = try Journal.open(in: directory.run(), plan: known)
        known.tasks.swapAt(0, 1)
        #expect(try journal.reader.state(knowing: known).plan.tasks == known.tasks)
        try journal.close()
        let reworded = samplePlan(text: "# the same\nname: sample\n")
        try Journal.open(in: directory.run(), plan: reworded).close()
        #expect(try JournalReader(of: directory.run()).state(knowing: known).plan == reworded)
        known.dataDigest = DataDigest(rawValue: String(repeating: "0b", count: 32))!
        #expect(try JournalReader(of: directory.run()).state(knowing: known).plan == reworded)
    }

    @Test func `the sweep file is read once, and one that is none hinders only who asks for it`() throws {
        let text = "name: sample\ndata: shapes\ngrid: {norm: [bn, ln], seed: [0, 1]}\n"
        let sweep = try Sweep(yaml: text, file: "sweep.yaml")
        let plan = StoredPlan(sweep: sweep, text: text, dataDigest: digest)
        try Journal.open(in: directory.run(), plan: plan).close()
        #expect(try JournalReader(of: directory.run()).plan() == plan)
        #expect(try JournalReader(of: directory.run()).plan().sweep() == sweep)
        try Journal.open(in: directory.run("other"), plan: samplePlan()).close()
        let stored = try JournalReader(of: directory.run("other")).plan()
        #expect(stored.tasks == samplePlan().tasks)
        let error = #expect(throws: JournalError.self) { try stored.sweep() }
        #expect(error?.code == .corrupt)
        #expect(
            error?.description.hasPrefix("state.sqlite: the stored sweep file cannot be read: sweep.yaml:1: ") == true)
    }

    @Test func `the state has all that a restarted coordinator needs`() throws {
        let plan = samplePlan()
        let (first, second) = (plan.tasks[0].attempt(1), plan.tasks[0].attempt(2))
        let end = StoredEnd(outcome: .workerLost, reason: "no word for 20 s", seconds: 1.25, at: instant(2_001))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([
            .workerSeen(worker, facts: facts, slots: 2, at: instant(500)),
            .started(first), .recordCommitted(sampleRecord(epoch: 1), by: first), .attemptEnded(first, end),
            .started(second, at: 3_000), .recordCommitted(sampleRecord(epoch: 2), by: second),
            .taskFailed(plan.tasks[1].id, .hopeless(reason: "three workers failed")),
            .workerSeen(worker, facts: facts, slots: 3, at: instant(900)),
            .settingChanged(.paused, to: "true"), .settingChanged(.endpoint, to: "ipc://x"),
            .settingChanged(.endpoint, to: nil),
        ])
        let state = try JournalReader(of: directory.run()).state()
        #expect(state.plan == plan)
        let attempts = [
            StoredAttempt(attempt: first.attempt, worker: worker, facts: facts, started: instant(1_000), end: end),
            StoredAttempt(attempt: second.attempt, worker: worker, facts: facts, started: instant(3_000)),
        ]
        #expect(try JournalReader(of: directory.run()).allAttempts() == [first.task: attempts])
        let executions: [TaskHistory.Execution] = [.init(worker: worker, outcome: .workerLost), .init(worker: worker)]
        try #require(state.histories.count == plan.tasks.count)
        var history = TaskHistory(epochs: [1, 2], attempts: executions, lastProgress: 2)
        history.authors = [first.attempt, second.attempt]
        #expect(state.histories[0] == history)
        #expect(state.histories[1] == TaskHistory(failure: .hopeless(reason: "three workers failed")))
        #expect(state.histories[2...].allSatisfy { $0 == TaskHistory() })
        #expect(
            state.workers == [
                SeenWorker(id: worker, facts: facts, slots: 3, firstSeen: instant(500), lastSeen: instant(900))
            ])
        #expect(state.settings == [.paused: "true"])
        #expect(state.disagreementCount == 0)
    }

    @Test func `a name belongs to one key for ever, and an attempt keeps the key of its time`() throws {
        let plan = samplePlan()
        let key = WorkerKey(ofPublicKey: "one".utf8), other = WorkerKey(ofPublicKey: "another".utf8)
        let (before, after) = (plan.tasks[0].attempt(1), plan.tasks[0].attempt(2))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let end = StoredEnd(outcome: .workerLost, at: instant(2_000))
        try journal.commit([.started(before), .attemptEnded(before, end), .nameBound(worker, to: key, at: instant(1))])
        try journal.commit([.started(after)])
        let change = JournalChange.nameBound(worker, to: other, at: instant(2))
        #expect(errorCode { try journal.commit([change]) } == .invalidChange)
        let state = try journal.reader.state()
        #expect(state.keys == [worker: key])
        #expect(state.histories.first?.attempts.map(\.key) == [nil, key])
    }

    @Test func `a second execution with other bits is kept beside the committed one, once`() throws {
        let plan = samplePlan()
        let (first, second) = (plan.tasks[2].attempt(1), plan.tasks[2].attempt(2))
        let (committed, other) = (sampleRecord(epoch: 1), sampleRecord(epoch: 1, loss: 1.5.nextUp))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let alarm = JournalChange.recordDiffered(other, by: second, at: instant(5_000))
        try journal.commit([.started(first), .recordCommitted(committed, by: first), .started(second), alarm])
        try journal.commit([alarm])
        let expected = Disagreement(
            task: first.task, committed: committed, committedBy: first.attempt, delivered: other,
            deliveredBy: second.attempt, at: instant(5_000))
        #expect(try journal.reader.read { try $0.disagreements(of: second) } == [expected])
        for key in [first, plan.tasks[1].attempt(2)] {
            #expect(try journal.reader.read { try $0.disagreements(of: key) }.isEmpty)
        }
        #expect(try journal.reader.state().disagreementCount == 1)
    }

    @Test func `one attempt is found by its number`() throws {
        let plan = samplePlan()
        let keys = [plan.tasks[0].attempt(1), plan.tasks[1].attempt(1), plan.tasks[1].attempt(2)]
        let journal = try Journal.open(in: directory.run(), plan: plan)
        let end = StoredEnd(outcome: .error, reason: "why", seconds: 2, at: instant(3_000))
        try journal.commit(keys.map { .started($0) } + [.attemptEnded(keys[1], end)])
        func attempt(_ key: AttemptKey) throws -> StoredAttempt? { try journal.reader.read { try $0.attempt(key) } }
        var expected = StoredAttempt(attempt: keys[1].attempt, worker: worker, facts: facts, started: instant(1_000))
        expected.end = end
        #expect(try attempt(keys[1]) == expected)
        #expect(try attempt(keys[2])?.end == nil && attempt(keys[2])?.attempt == keys[2].attempt)
        #expect(try attempt(plan.tasks[0].attempt(2)) == nil)
    }

    @Test func `a failed task can be opened again`() throws {
        let plan = samplePlan()
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.taskFailed(plan.tasks[0].id, .hopeless(reason: "x"))])
        try journal.commit([.taskReopened(plan.tasks[0].id)])
        #expect(try journal.reader.state().histories.first == TaskHistory())
    }

    @Test func `an attempt that was given up can go on`() throws {
        let plan = samplePlan()
        let key = plan.tasks[0].attempt(1)
        let lost = StoredEnd(outcome: .workerLost, reason: "silent", seconds: 20, at: instant(21_000))
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key), .attemptEnded(key, lost)])
        try journal.commit([.attemptReopened(key)])
        #expect(errorCode { try journal.commit([.attemptReopened(key)]) } == .invalidChange)
        #expect(try journal.reader.allAttempts()[key.task]?.map(\.end) == [nil])
        let completed = StoredEnd(AttemptEnd(outcome: .completed, reason: "", seconds: 30), at: instant(31_000))
        try journal.commit([.attemptEnded(key, completed)])
        #expect(try journal.reader.allAttempts()[key.task]?.map(\.end) == [completed])
        #expect(completed.reason == nil)
    }

    @Test func `attempts come by task and number`() throws {
        let plan = samplePlan()
        let keys = [plan.tasks[1].attempt(1), plan.tasks[0].attempt(2), plan.tasks[0].attempt(1)]
        let journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit(keys.map { .started($0) })
        let stored = try journal.reader.read { snapshot in
            var stored: [AttemptKey] = []
            try snapshot.forEachAttempt { stored.append(AttemptKey(task: $0, attempt: $1.attempt)) }
            return stored
        }
        #expect(stored == [keys[2], keys[1], keys[0]])
    }

    @Test func `a page is on disk when a commit returns`() throws {
        let journal = try Journal.open(in: directory.run(), plan: samplePlan())
        let settings = try journal.queue.read { database in
            try ["journal_mode", "synchronous"].map { try String.fetchOne(database, sql: "PRAGMA \($0)") }
        }
        #expect(settings == ["wal", "2"], "2 is FULL: the log is flushed at every commit")
    }
}

/// What contradicts the journal is refused as a whole.
struct JournalRefusalTests {
    private let directory = TemporaryDirectory()
    private let plan = samplePlan()
    private let journal: Journal
    private let key: AttemptKey

    init() throws {
        key = plan.tasks[0].attempt(1)
        journal = try Journal.open(in: directory.run(), plan: plan)
        try journal.commit([.started(key), .recordCommitted(sampleRecord(epoch: 1), by: key)])
    }

    @Test func `a record that is committed already is refused, with the whole transaction`() throws {
        let before = try journal.reader.state()
        let repeated = errorCode {
            try journal.commit([
                .recordCommitted(sampleRecord(epoch: 2), by: key), .recordCommitted(sampleRecord(epoch: 1), by: key),
            ])
        }
        #expect(repeated == .recordRepeated)
        let conflict = errorCode {
            try journal.commit([.recordCommitted(sampleRecord(epoch: 1, loss: 9), by: key)])
        }
        #expect(conflict == .recordConflict)
        #expect(try journal.reader.state() == before)
    }

    @Test func `changes that cannot be are refused, with the whole transaction`() throws {
        let end = StoredEnd(outcome: .completed, at: instant(9_000))
        try journal.commit([.attemptEnded(key, end)])
        let before = try journal.reader.state()
        let unknown = samplePlan(epochs: 11).tasks[0]
        let impossible: [JournalChange] = [
            .attemptEnded(key, end),
            .attemptEnded(plan.tasks[0].attempt(2), end),
            .attemptReopened(plan.tasks[0].attempt(2)),
            .started(key),
            .started(unknown.attempt(1)),
            .started(plan.tasks[1].attempt(0)),
            .recordCommitted(sampleRecord(epoch: 1), by: plan.tasks[1].attempt(1)),
            .recordCommitted(sampleRecord(epoch: 2, loss: .nan), by: key),
            .recordCommitted(sampleRecord(epoch: 2, loss: -.infinity), by: key),
            .recordCommitted(sampleRecord(epoch: 0), by: key),
            .recordDiffered(sampleRecord(epoch: 7), by: key, at: instant(1)),
        ]
        for change in impossible {
            let code = errorCode { try journal.commit([.settingChanged(.paused, to: "true"), change]) }
            #expect(code == .invalidChange, "\(change)")
        }
        #expect(try journal.reader.state() == before)
        try journal.commit([.recordCommitted(sampleRecord(epoch: 2), by: key)])
        #expect(try journal.reader.state().histories.first?.epochs == [1, 2])
    }
}
