import CZeroMQ
import Glibc

/// Why an address could not be bound or connected to. Here `EINVAL` and the like are what the user wrote, no defects.
enum EndpointFailure {
    static func binding(to address: String, code: Int32) -> TransportError {
        let context = "cannot listen on \(address)"
        return switch code {
        case EADDRINUSE:
            TransportError(
                .addressInUse, context, systemCode: code,
                remedy: "choose another port, or 0 for any, or stop the process that has it")
        case EACCES, EPERM:
            TransportError(
                .permissionDenied, context, systemCode: code,
                remedy: "choose a port from 1024 on, or a directory that you can write")
        case EADDRNOTAVAIL, ENODEV, EINVAL:
            TransportError(
                .addressUnavailable, context, systemCode: code,
                remedy: "name an address or an interface of this host, or * for all")
        case ENOENT, ENOTDIR, EROFS, ENAMETOOLONG:
            TransportError(
                .addressUnavailable, context, systemCode: code,
                remedy: "name a path in a directory that exists and that you can write")
        default:
            TransportError(.system, "\(context) (\(zeroMQReason(code)))", systemCode: code)
        }
    }

    static func connecting(to address: String, code: Int32) -> TransportError {
        TransportError(
            code == EINVAL ? .invalidEndpoint : .system,
            "cannot connect to \(address) (\(zeroMQReason(code)))", systemCode: code,
            remedy: "check the address")
    }
}
