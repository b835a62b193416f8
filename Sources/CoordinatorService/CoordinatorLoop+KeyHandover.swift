import DurableFiles
import Experiment
import HostSystem
import Scheduling
import Transport

// The coordinator gets another key: the key store is read for the core, and the core's steps are carried out.

extension CoordinatorLoop {
    /// A look costs a few system calls.
    private static let keyLookPause = Duration.milliseconds(500)

    /// Looks whether somebody has said `sweep keys rotate`. Workers of other hosts alone have a part in it.
    func readKeys() {
        let now = now
        guard parts.configuration.listen != nil, now - keysLookedAt >= Self.keyLookPause else { return }
        keysLookedAt = now
        reportingFaults { () throws(TransportError) in
            // The rotation first: where it is finished in between, the present key is another one and the rest is over.
            let rotation = try parts.keys.rotation()
            let present = try parts.keys.coordinatorKeys()
            presentKeys = present
            core.take(.keysRead(Self.stored(present.publicKey, rotation)), at: now)
        }
    }

    private static func stored(_ present: CurvePublicKey, _ rotation: KeyRotation?) -> StoredKeys {
        guard let rotation, rotation.next.publicKey != present else { return StoredKeys(present: present.text) }
        return StoredKeys(
            present: present.text,
            next: .init(key: rotation.next.publicKey.text, presentEndsIn: rotation.remaining(at: .now)))
    }

    func carryOut(_ step: KeyStep) {
        switch step {
        case .announce(let time):
            parts.log.notice("the key is changing", metadata: ["seconds": "\(Int(time / .seconds(1)))"])
            parts.observer.tell(.keyChanging(presentEndsIn: time))
        case .finish: reportingFaults { () throws(TransportError) in try parts.keys.finishRotation() }
        case .listen(let unreachedCount):
            guard let presentKeys else { preconditionFailure("no key was read, and it has changed") }
            parts.router.change(to: presentKeys)
            parts.log.notice(
                "the key has changed",
                metadata: ["digest": "\(KeyDigest(of: presentKeys.publicKey))", "unreached": "\(unreachedCount)"])
            parts.observer.tell(.keyChanged(unreachedCount: unreachedCount))
        }
    }

    /// The key store is looked at again soon.
    private func reportingFaults(_ body: () throws(TransportError) -> Void) {
        do throws(TransportError) {
            try body()
        } catch {
            guard keyFaults.admit(at: .now) != nil else { return }
            parts.log.error("the coordinator's keys cannot be read or changed", metadata: ["why": "\(error)"])
        }
    }
}
