import CZeroMQ
import Glibc
import Synchronization

/// The one ZeroMQ context of the process, made at the first use.
///
/// One, because several contexts with CURVE in a process can crash at termination (libzmq#4242, open in 4.3.4), and
/// because in-process addresses, that of the key check among them, are seen within one context only.
///
/// It is never terminated: a stopped endpoint has waited until its sockets were gone, so that the process may exit, and
/// termination would wait for whatever a defect had left open.
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
}
