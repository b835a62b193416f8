import Experiment
import Scheduling
import Transport

// The coordinator gets another key.

extension CoordinatorLoop {
    /// A look costs a few system calls.
    private static let keyLookPause = Duration.milliseconds(500)

    /// Looks whether somebody has said `sweep keys rotate`, and does what follows. Workers of other hosts alone have a
    /// part in it.
    func followKeys() {
        let now = now
        guard parts.configuration.listen != nil, now - keysLookedAt >= Self.keyLookPause else { return }
        keysLookedAt = now
        do throws(TransportError) {
            // The rotation first: where it is finished in between, the present key is another one and the rest is over.
            let rotation = try parts.keys.rotation()
            let present = try parts.keys.coordinatorKeys()
            let stored = Self.stored(present.publicKey, rotation)
            for step in keyHandover.follow(stored, { core.connections }, at: now) { try carryOut(step, present) }
        } catch {
            guard keyFaults.admit(at: .now) != nil else { return }
            parts.log.error("the coordinator's keys cannot be read or changed", metadata: ["why": "\(error)"])
        }
    }

    private static func stored(
        _ present: CurvePublicKey, _ rotation: KeyRotation?
    ) -> KeyHandover<RouterConnection>.Stored {
        guard let rotation, rotation.next.publicKey != present else { return .init(present: present.text) }
        return .init(
            present: present.text,
            next: .init(key: rotation.next.publicKey.text, presentEndsIn: rotation.remaining(at: .now)))
    }

    /// - Parameter present: what the key store has now.
    private func carryOut(
        _ step: KeyHandover<RouterConnection>.Step, _ present: CurveKeyPair
    ) throws(TransportError) {
        switch step {
        case .announce(let time):
            parts.log.notice("the key is changing", metadata: ["seconds": "\(Int(time / .seconds(1)))"])
            parts.observer.tell(.keyChanging(presentEndsIn: time))
        case .tell(let connection, let next, let time):
            send(.nextKey(next, presentEndsIn: time), to: connection)
        case .finish: try parts.keys.finishRotation()
        case .listen(let unreachedCount):
            parts.router.change(to: present)
            parts.log.notice(
                "the key has changed",
                metadata: ["digest": "\(KeyDigest(of: present.publicKey))", "unreached": "\(unreachedCount)"])
            parts.observer.tell(.keyChanged(unreachedCount: unreachedCount))
        }
    }
}
