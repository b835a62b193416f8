import Testing
import Transport
import WorkerAgent

/// When a worker whose connection is refused ends.
struct RefusedConnectionTests {
    private let endpoint = try! Endpoint("tcp://10.0.0.1:5555")

    private func answer(_ reason: RefusalReason, hasJoined: Bool, isOrphaned: Bool = false) -> RefusedConnection {
        RefusedConnection(reason, at: endpoint, hasJoined: hasJoined, isOrphaned: isOrphaned)
    }

    @Test(arguments: [false, true])
    func `a token that is not admitted is worth nothing, now or any more`(hasJoined: Bool) {
        guard case .givesUp(let error) = answer(.notAdmitted, hasJoined: hasJoined) else {
            Issue.record("it tries on")
            return
        }
        #expect(error.code == .tokenRefused)
        #expect(error.description.contains("tcp://10.0.0.1:5555") && error.description.contains("sweep invite"))
    }

    @Test(arguments: [false, true])
    func `a key that was revoked ends its worker with one line that says so`(hasJoined: Bool) {
        guard case .givesUp(let error) = answer(.revoked, hasJoined: hasJoined) else {
            Issue.record("it tries on")
            return
        }
        #expect(error.code == .refused && error.description.hasPrefix("revoked: "))
    }

    @Test func `another program at the address ends a worker that never joined`() {
        guard case .givesUp(let error) = answer(.wrongPeer, hasJoined: false) else {
            Issue.record("it tries on")
            return
        }
        #expect(error.code == .tokenRefused && error.description.contains("not the coordinator of this token"))
    }

    /// Its coordinator may come back to the address.
    @Test func `a worker that had joined waits for its coordinator`() {
        guard case .triesOn(let why) = answer(.wrongPeer, hasJoined: true) else {
            Issue.record("it ends")
            return
        }
        #expect(why.hasPrefix("what answers is not this token's coordinator; "))
        #expect(why.contains("sweep invite"), "the way out where that never comes back")
    }

    @Test(arguments: [RefusalReason.notAdmitted, .revoked, .wrongPeer], [false, true])
    func `the worker of a coordinator that is gone waits for the next one`(reason: RefusalReason, hasJoined: Bool) {
        guard case .triesOn = answer(reason, hasJoined: hasJoined, isOrphaned: true) else {
            Issue.record("it ends")
            return
        }
    }
}
