import CommandFixtures
import CommandOutput
import Commands
import Experiment
import FleetCommands
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

    @Test func `a sweep is named where its results are to be forgotten, and not otherwise`() throws {
        let path = try directory.run("finished").directory.path
        let chosen = try #require(try KeyCommands.run(named: path, forgettingResults: true))
        #expect(chosen.directory.path == path)
        let none = try KeyCommands.run(named: nil, forgettingResults: false)
        #expect(none == nil)
        let failure = commandFailure { _ = try KeyCommands.run(named: path, forgettingResults: false) }
        #expect(failure == CommandFailure("--out goes with --forget-results; give both or neither", exitCode: .usage))
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

    // MARK: Whose results

    @Test func `keys that were revoked are found by the name that they had, and by their digests`() throws {
        let keys = try ["gpu", "other"].map(enrol)
        #expect(try KeyCommands.revokedKeys(named: "gpu", in: place).isEmpty, "it is admitted")
        for name in ["gpu", "other"] { _ = try KeyCommands.revoke(name, reason: nil, in: place, by: "alice") }
        #expect(try KeyCommands.revokedKeys(named: "gpu", in: place) == [keys[0]])
        #expect(try KeyCommands.revokedKeys(named: String(keys[1].rawValue.prefix(12)), in: place) == [keys[1]])
        #expect(try KeyCommands.revokedKeys(named: String(keys[1].rawValue.prefix(3)), in: place).isEmpty)
        #expect(try KeyCommands.revokedKeys(named: "nobody", in: place).isEmpty)
    }

    @Test func `a name goes before the digests that begin like it`() throws {
        let key = try enrol("gpu")
        let digits = String(key.rawValue.prefix(8))
        let named = try enrol(digits)
        for name in ["gpu", digits] { _ = try KeyCommands.revoke(name, reason: nil, in: place, by: "alice") }
        #expect(try KeyCommands.revokedKeys(named: digits, in: place) == [named])
        #expect(try KeyCommands.revokedKeys(named: String(key.rawValue.prefix(9)), in: place) == [key])
    }

    @Test func `keys that cannot be read are a failure`() {
        let nowhere = Result<String, TransportError>.success("\(directory.path)/none")
        let failure = commandFailure { _ = try KeyCommands.revokedKeys(named: "gpu", in: nowhere) }
        #expect(failure?.message.contains("XDG_CONFIG_HOME") == true)
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

    /// A name is free again when its worker was revoked.
    @Test func `whoever has the name of a worker that was revoked before is put out, too`() throws {
        let run = try directory.run("finished")
        let first = try enrol("gpu")
        _ = try KeyCommands.revoke("gpu", reason: nil, in: place, by: "alice")
        let second = try enrol("gpu")
        _ = try revoke("gpu", in: run)
        #expect(try store.workers().isEmpty)
        #expect(try Set(judgements(in: run).map(\.key)) == [first, second])
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
