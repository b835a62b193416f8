import Experiment
import Foundation
import Glibc
import TestSupport
import Testing
import Transport

/// The coordinators' key is exchanged for another one, file by file.
@Suite(.timeLimit(.minutes(1)))
struct KeyRotationTests {
    private let directory = TemporaryDirectory()
    private let store: KeyStore
    private let begin = WallTime(milliseconds: 1_764_237_600_000)
    private let hour = Duration.seconds(3600)

    init() throws {
        store = try KeyStore(directory: "\(directory.path)/keys")
    }

    /// As another process sees it.
    private func other() throws -> KeyStore { try KeyStore(directory: store.directory) }

    private func file(_ name: String) -> String { "\(directory.path)/keys/\(name)" }

    private func present(at time: WallTime) throws -> CurvePublicKey { try other().coordinatorKeys(at: time).publicKey }

    @Test func `the old key holds until its time is over, and then the next one does`() throws {
        let old = try present(at: begin)
        let rotation = try store.beginRotation(grace: hour, at: begin).rotation
        #expect(rotation.due == begin + hour && rotation.next.publicKey != old)
        #expect(try directory.mode(of: "keys/coordinator.next") == 0o600)
        #expect(try present(at: begin + .seconds(3599)) == old)
        #expect(try !store.finishRotation(at: begin + .seconds(3599)))
        #expect(try other().rotation()?.next.publicKey == rotation.next.publicKey)
        #expect(rotation.remaining(at: begin + .seconds(3590)) == .seconds(10))
        #expect(rotation.remaining(at: begin + .seconds(4000)) == .zero)
        #expect(try store.finishRotation(at: begin + hour))
        #expect(try present(at: begin + hour) == rotation.next.publicKey)
        #expect(try other().coordinatorKeys(at: begin + hour).secretKey.text == rotation.next.secretKey.text)
        #expect(try other().rotation() == nil && other().formerKeys() == [old])
        #expect(try directory.mode(of: "keys/coordinator.secret") == 0o600)
        #expect(try !store.finishRotation(at: begin + hour))
    }

    /// Nobody was there to end it: whoever comes next does so, when no coordinator can be at it any more.
    @Test func `a rotation that should have ended is finished by whoever asks for the key`() throws {
        let old = try present(at: begin)
        let next = try store.beginRotation(grace: hour, at: begin).rotation.next.publicKey
        #expect(try present(at: begin + hour + .seconds(9)) == old)
        #expect(try present(at: begin + hour + .seconds(10)) == next)
        #expect(try other().rotation() == nil)
    }

    @Test func `a second rotation is refused while one is under way, with the way out`() throws {
        let rotation = try store.beginRotation(grace: hour, at: begin).rotation
        let refusal = #expect(throws: TransportError.self) {
            try other().beginRotation(grace: hour, at: begin + .seconds(1))
        }
        #expect(refusal?.code == .rotationUnderWay && refusal?.description.contains("sweep keys rotate --now") == true)
        #expect(try store.rotation()?.next.publicKey == rotation.next.publicKey)
        let late = #expect(throws: TransportError.self) { try other().beginRotation(grace: hour, at: begin + hour) }
        #expect(late?.description.contains("try again") == true)
        let second = try other().beginRotation(grace: hour, at: begin + hour + .seconds(10)).rotation
        #expect(try present(at: begin + hour + .seconds(11)) == rotation.next.publicKey)
        #expect(second.next.publicKey != rotation.next.publicKey)
    }

    @Test func `the grace of a rotation can be ended`() throws {
        #expect(try store.hastenRotation(at: begin) == nil)
        _ = try store.beginRotation(grace: hour, at: begin)
        let hastened = try #require(try other().hastenRotation(at: begin + .seconds(60))).rotation
        #expect(hastened.due == begin + .seconds(60))
        #expect(try store.rotation()?.due == begin + .seconds(60))
        // And asked again, it stays.
        #expect(try store.hastenRotation(at: begin + .seconds(65))?.rotation.due == begin + .seconds(60))
        #expect(try store.finishRotation(at: begin + .seconds(65)))
    }

    @Test func `invites end with the key that their tokens have, and later ones do not`() throws {
        _ = try store.invite(KeyName("day"), at: begin)
        _ = try store.invite(KeyName("minute"), Invite.Terms(lifetime: .seconds(60)), at: begin)
        _ = try store.invite(KeyName("ever"), Invite.Terms(lifetime: nil), at: begin)
        let (used, _) = try store.invite(KeyName("used"), at: begin)
        _ = try store.enrol(CurveKeyPair.generate().publicKey, over: used, from: "", at: begin)
        #expect(try store.beginRotation(grace: hour, at: begin + .seconds(1)).endedInviteCount == 2)
        _ = try store.invite(KeyName("within"), at: begin + .seconds(2))
        let due = begin + .seconds(3601)
        _ = try store.invite(KeyName("after"), at: due)
        try store.finishRotation(at: due + .seconds(1))
        let expiries = Dictionary(
            uniqueKeysWithValues: try store.invites().map { ($0.name.rawValue, $0.expires) })
        #expect(
            expiries == [
                "day": due, "minute": begin + .seconds(60), "ever": due, "used": due, "within": due,
                "after": due + .seconds(86_400),
            ])
    }

    /// As `kill -9` leaves it between two files.
    @Test(arguments: 0..<3)
    func `a crash at any point leaves a state from which the next look goes on`(filesWritten: Int) throws {
        let old = try present(at: begin)
        let next = try store.beginRotation(grace: hour, at: begin).rotation.next
        if filesWritten > 0 {
            try Data("\(old.text)\n".utf8).write(to: URL(filePath: file("coordinator.former")))
            chmod(file("coordinator.former"), 0o600)
        }
        if filesWritten > 1 {
            try Data("\(next.secretKey.text)\n".utf8).write(to: URL(filePath: file("coordinator.secret")))
        }
        #expect(try present(at: begin + .seconds(1)) == (filesWritten > 1 ? next.publicKey : old))
        #expect(try present(at: begin + hour + .seconds(10)) == next.publicKey)
        #expect(try store.formerKeys() == [old] && store.rotation() == nil)
    }

    @Test func `many rotations leave the last keys as former ones`() throws {
        var keys = [try present(at: begin)]
        for number in 1...20 {
            let time = begin + .seconds(number * 100)
            keys.insert(try store.beginRotation(grace: .zero, at: time).rotation.next.publicKey, at: 0)
            #expect(try store.finishRotation(at: time))
        }
        #expect(try store.formerKeys() == Array(keys[1...16]))
        #expect(try present(at: begin + .seconds(5000)) == keys[0])
    }

    @Test(arguments: [
        "", "nonsense\n", "sweep-key-rotation 2\nsecret k\nbegun 1\ndue 2\n",
        "sweep-key-rotation 1\nsecret short\nbegun 1\ndue 2\n",
    ])
    func `a file that is no rotation is named, and the present key stays`(text: String) throws {
        let old = try present(at: begin)
        try Data(text.utf8).write(to: URL(filePath: file("coordinator.next")))
        chmod(file("coordinator.next"), 0o600)
        let error = #expect(throws: TransportError.self) { try store.rotation() }
        #expect(error?.code == .invalidKey && error?.description.contains("coordinator.next") == true)
        #expect(try store.presentKey() == old)
    }

    @Test func `others' access to the next key is refused`() throws {
        _ = try store.beginRotation(grace: hour, at: begin)
        chmod(file("coordinator.next"), 0o644)
        #expect(#expect(throws: TransportError.self) { try store.rotation() }?.code == .unsafeKeys)
    }

    /// Of processes that rotate at the same time one does, and the others are told.
    @Test func `of several who rotate at the same time one does`() async throws {
        let store = store, begin = begin
        _ = try store.coordinatorKeys()
        let begun = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (try? KeyStore(directory: store.directory).beginRotation(grace: .seconds(60), at: begin)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(begun == 1)
    }
}

/// The keys by which a worker knows its coordinator.
struct TrustedKeysTests {
    private func key() throws -> CurvePublicKey { try CurveKeyPair.generate().publicKey }

    @Test func `the next key is trusted beside the present one, and alone once it was met`() throws {
        let (old, new) = (try key(), try key())
        var keys = TrustedKeys(old)
        #expect(keys.candidates == [old])
        #expect(keys.learn(next: new) && !keys.learn(next: new) && !keys.learn(next: old))
        #expect(keys.candidates == [old, new])
        keys.recordConnection(with: old)
        #expect(keys.candidates == [old, new])
        keys.recordConnection(with: new)
        #expect(keys.candidates == [new] && keys == TrustedKeys(new))
    }

    @Test func `the last key that was named is the next one`() throws {
        let (old, first, second) = (try key(), try key(), try key())
        var keys = TrustedKeys(old)
        keys.learn(next: first)
        keys.learn(next: second)
        #expect(keys.candidates == [old, second])
        keys.recordConnection(with: first)
        #expect(keys.candidates == [old, second])
    }
}
