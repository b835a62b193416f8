import CZeroMQ
import Glibc
import Synchronization

/// The one ZeroMQ context of the process, made at the first use.
///
/// One, because several contexts with CURVE in a process can crash at termination (libzmq#4242, open in 4.3.4), and
/// because in-process addresses, that of the key check among them, are seen within one context only.
///
/// `@unchecked Sendable`: libzmq documents contexts as safe to use from any thread.
struct ZeroMQContext: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer

    static let shared = ZeroMQContext()

    private init() {
        guard let handle = zmq_ctx_new() else {
            preconditionFailure("zmq_ctx_new: \(zeroMQReason(zmq_errno()))")
        }
        self.handle = handle
    }

    /// Waits for the library's own threads to end. Needed by nobody: a stopped endpoint has sent what it could, and the
    /// process may simply exit. It is there for leak checkers, as the last call on the transport, and blocks while an
    /// endpoint is open.
    func terminate() {
        while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }
}
