import CommandOutput
import Console
import Experiment
import Notices
import Status
import Synchronization
import Testing

/// What a coordinator tells, line by line.
struct NoticeLineTests {
    private final class Screen: Sendable {
        let lines = Mutex<[String]>([])
    }

    private let worker = WorkerID(rawValue: "north-1")!
    private let record = EpochRecord(
        epoch: 2, metrics: EpochMetrics(trainLoss: 1, valLoss: 0.5, trainAccuracy: 50, valAccuracy: 61.5))

    /// What a verbose display shows of an epoch of a sweep of this grid.
    private func epochLine(ofGrid grid: String, format: OutputFormat = .text) throws -> String {
        let sweep = try Sweep(yaml: "name: s\ndata: shapes\ngrid: {\(grid)}\n", file: "s.yaml")
        let tasks = sweep.tasks(dataDigest: DataDigest(standingInFor: .shapes))
        let screen = Screen()
        let terminal = Terminal(isInteractive: false, hasColors: false) { text in
            screen.lines.withLock { $0.append(text) }
        } measure: {
            nil
        }
        let display = ProgressDisplay(terminal: terminal, verbosity: .verbose, format: format)
        try display.begin(with: SweepResults(sweep: sweep, tasks: tasks, records: [:]))
        display.tell(.epochStored(tasks[0], record, by: worker))
        return screen.lines.withLock { $0.joined() }
    }

    @Test(
        arguments: [
            ("norm: [bn, ln], batch_size: [64], seed: [3]", "norm=bn batch_size=64 seed=3"),
            ("learning_rate: [0.25, 0.5], seed: [3]", "learning_rate=0.25 seed=3"),
            ("seed: [3, 4]", "seed=3"),
        ])
    func `an epoch's line calls the task by what varies in the sweep`(grid: String, name: String) throws {
        #expect(
            try epochLine(ofGrid: grid)
                == "epoch 2 train_loss 1.0000 val_loss 0.5000 train_acc 50.00 val_acc 61.50 [\(name)] north-1\n")
    }

    @Test func `in JSON it is an event with a word for programs`() throws {
        let line = try epochLine(ofGrid: "learning_rate: [0.25, 0.5], seed: [3]", format: .json)
        #expect(line.contains(#""event":"epochStored""#) && line.contains("[learning_rate=0.25 seed=3] north-1"))
    }

    /// `--quiet` and all.
    @Test(arguments: [
        (OutputFormat.text, "The sweep's page: http://127.0.0.1:1/\n"),
        (.json, #""event":"pageServed","level":"info","message":"The sweep's page: http://127.0.0.1:1/","time":"#),
    ])
    func `a page's address is told whatever else is not, and has an event of its own`(
        format: OutputFormat, text: String
    ) {
        let screen = Screen()
        let terminal = Terminal(isInteractive: false, hasColors: false) { text in
            screen.lines.withLock { $0.append(text) }
        } measure: {
            nil
        }
        let display = ProgressDisplay(terminal: terminal, verbosity: .quiet, format: format)
        display.tell(.pageServed(url: "http://127.0.0.1:1/"))
        display.tell(.listening(endpoint: "tcp://[::]:1"))
        let lines = screen.lines.withLock { $0 }
        #expect(lines.count == 1 && lines[0].contains(text), "\(lines)")
        #expect(format == .text || lines[0].contains(#""url":"http://127.0.0.1:1/""#))
    }

    @Test(arguments: [
        (Duration.zero, "(now)"), (.milliseconds(1), "(in 1 second)"), (.seconds(119), "(in 119 seconds)"),
        (.seconds(7199), "(in 120 minutes)"), (.seconds(86_400), "(in 24 hours)"), (.seconds(604_800), "(in 7 days)"),
    ])
    func `a change of the coordinator's key says how long the present one lasts`(time: Duration, text: String) {
        #expect(SweepNotice.keyChanging(presentEndsIn: time).text.contains(text))
    }

    @Test func `workers that do not know the new key are worth an alarm`() {
        #expect(SweepNotice.keyChanged(unreachedCount: 0).weight == .event)
        #expect(SweepNotice.keyChanged(unreachedCount: 2).weight == .alarm)
        #expect(SweepNotice.keyChanged(unreachedCount: 2).text.contains("2 workers did not answer"))
    }

    @Test func `the words of events stay as programs know them`() {
        let notices: [(SweepNotice, String)] = [
            (.resumed(epochsStored: 1, epochsTotal: 2), "resumed"), (.listening(endpoint: "tcp://[::]:1"), "listening"),
            (.pageServed(url: "http://127.0.0.1:1/"), "pageServed"),
            (.workerLost(worker, reason: "silent"), "workerLost"), (.workerQuarantined(worker), "workerQuarantined"),
            (.localWorkerTakenOver(worker), "localWorkerTakenOver"), (.storageFailed("full"), "storageFailed"),
            (.storageWorksAgain, "storageWorksAgain"), (.requestGranted(.pause, count: 0), "requestGranted"),
            (.enrolment(.waiting(label: "gpu", key: "ab12", address: "")), "workerWaitsForApproval"),
            (
                .enrolment(.secondClaimant(invite: "gpu", key: "ab12", address: "", first: "gpu", firstAddress: "")),
                "tokenUsedAgain"
            ), (.keyEnded(label: "gpu"), "keyEnded"),
            (.workerCutOff(label: "gpu", reason: "a flood"), "workerCutOff"),
            (.liarFound(Liar(key: WorkerKey(ofPublicKey: "k".utf8), workers: [worker], reason: "")), "liarFound"),
            (.stopping, "stopping"), (.statesAwaited(count: 1, byteCount: 2), "statesAwaited"),
            (.keyChanging(presentEndsIn: .seconds(1)), "coordinatorKeyChanging"),
            (.keyChanged(unreachedCount: 0), "coordinatorKeyChanged"),
        ]
        for (notice, word) in notices { #expect(notice.event == word) }
    }
}
