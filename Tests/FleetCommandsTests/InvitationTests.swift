import CommandFixtures
import CommandOutput
import Commands
import FleetCommands
import HostSystem
import Journal
import TestSupport
import Testing
import Transport

/// A host is invited with a token of its coordinator.
struct InvitationTests {
    private let directory = TemporaryDirectory()
    private let addresses = [HostAddress(text: "192.0.2.7", interface: "eth0")]

    private func invite(to run: ChosenRun, keys: String) throws -> Invitation {
        try Invitation(to: run, address: nil, keyDirectory: .success(keys), addresses: addresses)
    }

    @Test func `an invitation has the address where the sweep listens, and a key that is admitted`() throws {
        let run = try directory.run("finished")
        let store = try KeyStore(directory: directory.file("keys"))
        let publicKey = try store.coordinatorKeys().publicKey
        try run.commit([
            .settingChanged(.endpoint, to: "tcp://0.0.0.0:5555"), .settingChanged(.coordinatorKey, to: publicKey.text),
        ])
        let invitation = try invite(to: run, keys: directory.file("keys"))
        let token = try JoinToken(decoding: invitation.token.encoded)
        #expect(token.endpoint.description == "tcp://192.0.2.7:5555" && token.coordinatorKey == publicKey)
        #expect(try store.invites().map(\.name.rawValue) == [invitation.name])
        #expect(store.admission(of: token.workerKeys.publicKey) == .invite(try KeyName(invitation.name)))
        #expect(invitation.summary == "the invite \(invitation.name), for one host, within 24h")
        #expect(invitation.note?.contains("192.0.2.7 (eth0)") == true)
    }

    @Test func `nobody is invited where the coordinator has other keys`() throws {
        let run = try directory.run("finished")
        _ = try KeyStore(directory: directory.file("keys")).coordinatorKeys()
        let others = try KeyStore(directory: directory.file("others")).coordinatorKeys().publicKey
        try run.commit([
            .settingChanged(.endpoint, to: "tcp://0.0.0.0:5555"), .settingChanged(.coordinatorKey, to: others.text),
        ])
        let failure = commandFailure { _ = try invite(to: run, keys: directory.file("keys")) }
        #expect(
            failure?.message.hasPrefix(
                "the coordinator of \(run.directory) does not use the keys in \(directory.file("keys")), and would not "
                    + "admit a token made there; ") == true, "\(failure?.message ?? "")")
        #expect(try KeyStore(directory: directory.file("keys")).invites().isEmpty)
    }

    private func runListening() throws -> (run: ChosenRun, store: KeyStore, key: CurvePublicKey) {
        let run = try directory.run("finished")
        let store = try KeyStore(directory: directory.file("keys"))
        let key = try store.coordinatorKeys().publicKey
        try run.commit([
            .settingChanged(.endpoint, to: "tcp://192.0.2.7:5555"), .settingChanged(.coordinatorKey, to: key.text),
        ])
        return (run, store, key)
    }

    @Test func `a token that is made while the key changes has the present one, and says when it ends`() throws {
        let (run, store, key) = try runListening()
        let due = try store.beginRotation(grace: .seconds(3600)).rotation.due
        let invitation = try invite(to: run, keys: directory.file("keys"))
        #expect(invitation.token.coordinatorKey == key)
        #expect(invitation.note?.contains("The coordinator's key changes at ") == true)
        #expect(try store.invites().map(\.expires) == [due])
    }

    @Test func `a token that is made at the end of the old key, or after it, has the next one`() throws {
        let (run, store, key) = try runListening()
        let next = try store.beginRotation(grace: .zero).rotation.next.publicKey
        let atTheEnd = try invite(to: run, keys: directory.file("keys"))
        #expect(atTheEnd.token.coordinatorKey == next && next != key)
        #expect(atTheEnd.note?.contains("changes") != true)
        #expect(try store.finishRotation())
        // The coordinator, which may not run now, wrote the old one down.
        #expect(try invite(to: run, keys: directory.file("keys")).token.coordinatorKey == next)
        #expect(try store.invites().allSatisfy { $0.expires == $0.made + .seconds(86_400) })
    }

    @Test func `nobody is invited where the sweep takes no workers, or nobody knows where the keys are`() throws {
        let run = try directory.run("finished")
        let closed = commandFailure { _ = try invite(to: run, keys: directory.file("keys")) }
        #expect(
            closed
                == CommandFailure(
                    "this sweep takes no workers of other hosts; start it with --listen tcp://ADDR:PORT",
                    exitCode: .usage))
        try run.commit([.settingChanged(.endpoint, to: "tcp://0.0.0.0:5555")])
        let fault = TransportError(.fileSystem, "no home", remedy: "set HOME")
        let lost = commandFailure {
            _ = try Invitation(to: run, address: nil, keyDirectory: .failure(fault), addresses: addresses)
        }
        #expect(lost?.message == fault.description)
    }
}
