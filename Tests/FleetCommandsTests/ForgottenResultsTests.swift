import CommandFixtures
import CommandOutput
import Commands
import Experiment
import FleetCommands
import Foundation
import Journal
import Messages
import Status
import TestSupport
import Testing
import Transport

/// What a worker delivered to a sweep is not wanted any more.
struct ForgottenResultsTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore

    init() throws {
        store = try KeyStore(directory: "\(directory.path)/keys")
    }

    private var place: Result<String, TransportError> { .success(store.directory) }

    private func key() throws -> CurvePublicKey { try CurveKeyPair.generate().publicKey }

    /// Lets a worker in with an invite of that name.
    private func enrol(_ name: String) throws -> WorkerKey {
        let (invite, _) = try store.invite(KeyName(name))
        let key = try key()
        _ = try store.enrol(key, over: invite, from: "192.0.2.7")
        return KeyDigest(of: key)
    }

    private func bound(_ name: String, to key: WorkerKey) throws -> JournalChange {
        .nameBound(try #require(WorkerID(rawValue: name)), to: key, at: Date())
    }

    private func judgements(in run: ChosenRun) throws -> [KeyJudgement] { try run.reader().state().judgements }

    /// Of a sweep that does not run.
    private func revoke(_ choice: String, in run: ChosenRun, reason: String? = nil) throws -> [String] {
        var said: [String] = []
        try KeyCommands.revoke(
            choice, forgettingResultsIn: run, reason: reason, in: place, by: "alice", say: { said.append($0) },
            ask: { _, _ in nil })
        return said
    }

    // MARK: Choosing

    @Test func `a sweep is named where its results are to be forgotten, or its workers' names are meant`() throws {
        let path = try directory.run("finished").directory.path
        let chosen = try #require(try KeyCommands.run(named: path, forgettingResults: true))
        #expect(chosen.directory.path == path)
        let none = try KeyCommands.run(named: nil, forgettingResults: false)
        #expect(none == nil)
        #expect(try KeyCommands.run(named: path, forgettingResults: false) == nil, "it has the workers' names")
        let nowhere = "\(directory.path)/nowhere"
        let failure = commandFailure { _ = try KeyCommands.run(named: nowhere, forgettingResults: false) }
        #expect(failure?.message.contains("no sweep is in this directory") == true)
    }

    // MARK: Forgetting

    @Test func `the coordinator of a running sweep is asked for each key, and says how many tasks that concerns`()
        throws
    {
        let run = try directory.run("finished")
        let keys = try ["a", "b", "c"].map(enrol)
        var answers = [0, 1, 2], asked: [SweepRequest] = []
        let lines = try run.forgetResults(of: keys, because: "revoked by alice") { _, request in
            asked.append(request)
            return answers.removeFirst()
        }
        #expect(asked == keys.map { .forget($0, reason: "revoked by alice") })
        #expect(
            lines == [
                "Nothing in \(run.directory) hangs on the key \(keys[0]) alone.",
                "1 task of \(run.directory) that the key \(keys[1]) had a hand in: trained again, compared, and "
                    + "replaced where it differs.",
                "2 tasks of \(run.directory) that the key \(keys[2]) had a hand in: trained again, compared, and "
                    + "replaced where it differs.",
            ])
        #expect(try judgements(in: run).isEmpty, "the coordinator stores it")
    }

    @Test func `of a sweep that does not run the journal says it, with who wanted it and why`() throws {
        let run = try directory.run("finished")
        let key = try enrol("gpu")
        let lines = try run.forgetResults(of: [key], because: "revoked by alice: hot") { _, _ in nil }
        #expect(
            lines == [
                "What the key \(key) delivered to \(run.directory) is trained again when the sweep's command runs "
                    + "again."
            ])
        #expect(
            try judgements(in: run) == [KeyJudgement(key: key, verdict: .forgotten, reason: "revoked by alice: hot")])
    }

    // MARK: Revoking and forgetting

    @Test func `a worker is put out first, and then its results are forgotten`() throws {
        let run = try directory.run("finished")
        let key = try enrol("gpu")
        var isOut = false
        var said: [String] = []
        try KeyCommands.revoke(
            "gpu", forgettingResultsIn: run, reason: "hot", in: place, by: "alice", say: { said.append($0) },
            ask: { _, request in
                isOut = try store.workers().isEmpty
                #expect(request == .forget(key, reason: "revoked by alice: hot"))
                return 4
            })
        #expect(isOut)
        #expect(
            said.count == 3 && said[0].hasPrefix("gpu is revoked") && said[1].hasPrefix("The invite gpu is revoked"))
        #expect(said.last?.hasPrefix("4 tasks of ") == true)
        #expect(try store.revokedKeys().map(\.revocation.reason) == ["hot"])
    }

    @Test func `of a worker that was revoked before the results alone are forgotten, as often as somebody likes`()
        throws
    {
        let run = try directory.run("finished")
        let key = try enrol("gpu")
        _ = try KeyCommands.revoke("gpu", reason: nil, in: place, by: "bob")
        for _ in 1...2 {
            #expect(try revoke("gpu", in: run).map { $0.hasPrefix("What the key \(key) delivered to ") } == [true])
        }
        #expect(try judgements(in: run).map(\.reason) == ["revoked by alice", "revoked by alice"])
        #expect(try store.revokedKeys().map(\.revocation.by) == ["bob"])
    }

    /// A label is free again when its worker was revoked.
    @Test func `of two workers that had one label after each other neither is meant by it, and each by its key`()
        throws
    {
        let run = try directory.run("finished")
        let first = try enrol("gpu")
        _ = try KeyCommands.revoke("gpu", reason: nil, in: place, by: "alice")
        let keys = [first, try enrol("gpu")]
        let failure = commandFailure { _ = try revoke("gpu", in: run) }
        #expect(failure?.exitCode == .usage)
        for key in keys { #expect(failure?.message.contains(key.short) == true, "\(failure?.message ?? "")") }
        #expect(try store.workers().count == 1 && judgements(in: run).isEmpty)
        for key in keys { _ = try revoke(key.short, in: run) }
        #expect(try store.workers().isEmpty)
        #expect(try judgements(in: run).map(\.key) == keys)
    }

    @Test func `a worker is meant by what it calls itself in the sweeps at hand, and not where a label says the same`()
        throws
    {
        let run = try directory.run("finished")
        let (liar, alice) = (try enrol("gpu"), try enrol("alice"))
        try run.commit(["north-1", "alice"].map { try bound($0, to: liar) })
        let names = KeyCommands.workerNames(inRun: run.directory.path) { Issue.record("\($0)") }
        #expect(names.mapValues { $0.map(\.rawValue).sorted() } == [liar: ["alice", "north-1"]])
        let failure = commandFailure {
            _ = try KeyCommands.revoke("alice", amongWorkers: names, reason: nil, in: place, by: "bob")
        }
        #expect(failure?.exitCode == .usage)
        for text in [liar.short, alice.short, "label alice", "worker alice", "label gpu"] {
            #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "")")
        }
        #expect(try store.workers().count == 2)
        let lines = try KeyCommands.revoke("north-1", amongWorkers: names, reason: nil, in: place, by: "bob")
        #expect(lines.count == 1 && lines[0].hasPrefix("gpu is revoked (key \(liar))"))
        #expect(try store.workers().map(\.digest) == [alice])
    }

    @Test func `a sweep that cannot be read keeps nobody from being put out, and is told of`() throws {
        let runs = "\(directory.path)/runs"
        try directory.makeDirectory("runs/bad")
        let good = try directory.run("finished", as: "runs/good")
        let key = try enrol("gpu")
        try good.commit([bound("north-1", to: key)])
        _ = try directory.write("no journal", to: "runs/bad/state.sqlite")
        var said: [String] = []
        let names = KeyCommands.workerNames(inRun: nil, under: runs) { said.append($0) }
        #expect(names.mapValues { $0.map(\.rawValue) } == [key: ["north-1"]])
        #expect(said.count == 1 && said[0].contains("runs/bad"), "\(said)")
        #expect(KeyCommands.workerNames(inRun: nil, under: "\(directory.path)/none") { said.append($0) }.isEmpty)
        #expect(said.count == 1, "nobody has made a run so far")
    }

    @Test func `where there is no sweep nobody is put out`() throws {
        _ = try enrol("gpu")
        let failure = commandFailure { _ = try revoke("gpu", in: ChosenRun(named: directory.path)) }
        #expect(failure?.message.contains("no sweep is in this directory") == true)
        #expect(try store.workers().map(\.name.rawValue) == ["gpu"])
    }

    @Test func `an invite that nobody used is revoked, and nothing can be forgotten`() throws {
        let run = try directory.run("finished")
        let (invite, _) = try store.invite(KeyName("gpu"))
        #expect(
            commandFailure { _ = try revoke("gpu", in: run) }
                == CommandFailure(
                    "no worker came as gpu, so there is nothing to forget; name a worker that sweep keys lists"))
        #expect(try store.enrol(key(), over: invite, from: "192.0.2.7").answer == .revoked)
        #expect(try judgements(in: run).isEmpty)
    }

    @Test func `a name that nobody has is bad usage`() throws {
        let run = try directory.run("finished")
        #expect(commandFailure { _ = try revoke("nobody", in: run) }?.exitCode == .usage)
        #expect(try judgements(in: run).isEmpty)
    }

    @Test func `a sweep's story names who revoked, and why where somebody said it`() {
        #expect(KeyCommands.story(of: nil, by: "alice") == "revoked by alice")
        #expect(KeyCommands.story(of: "hot", by: "alice") == "revoked by alice: hot")
    }
}
