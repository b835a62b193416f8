import CZeroMQ
import Glibc
import HostSystem

/// What a call of libzmq on an open socket came to, where that is no defect.
enum CallOutcome: Equatable {
    /// The call's result.
    case done(Int32)
    /// Nothing to receive, or no room to send.
    case wouldBlock
    /// A ROUTER knows no such peer.
    case unreachable
}

/// Calls libzmq and judges its error number, in this one place.
///
/// Interrupted calls are repeated. Would-block and host-unreachable are values, since they are what the caller asked.
/// Everything else that libzmq documents for these calls is a defect of ours (a wrong socket, option or state) or want
/// of memory, and traps with the call's name. Failures of the world are met where sockets are made, bound and
/// connected.
@discardableResult
func callZeroMQ(_ name: StaticString, _ call: () -> Int32) -> CallOutcome {
    while true {
        let result = call()
        if result >= 0 { return .done(result) }
        let code = zmq_errno()
        switch code {
        case EINTR: continue
        case EAGAIN: return .wouldBlock
        case EHOSTUNREACH: return .unreachable
        default: preconditionFailure("\(name): \(zeroMQReason(code)): a defect of the transport")
        }
    }
}

/// The words for an error number, libzmq's own ones included.
func zeroMQReason(_ code: Int32) -> String { String(cString: zmq_strerror(code)) }

extension TransportError {
    /// libzmq could not make something: mostly the process has too many descriptors open, of which it says `EMFILE`.
    static func exhausted(_ what: String, code: Int32) -> Self {
        Self(
            .system, "cannot make \(what) (\(zeroMQReason(code)))", remedy: SystemReason.remedy(code))
    }
}
