import CZeroMQ
import Glibc
import HostSystem

/// Why an address could not be bound or connected to. Here `EINVAL` and the like are what the user wrote, no defects.
enum EndpointFailure {
    static func binding(to address: String, code: Int32) -> TransportError {
        let context = "cannot listen on \(address)"
        return switch code {
        case EADDRINUSE:
            TransportError(
                .addressInUse, context, systemCode: code,
                remedy: "choose another port, or 0 for any, or stop the process that has it")
        case EACCES where address.hasPrefix("tcp:"), EPERM where address.hasPrefix("tcp:"):
            TransportError(
                .permissionDenied, context, systemCode: code,
                remedy: "choose a port from 1024 on")
        case EADDRNOTAVAIL, ENODEV, EINVAL:
            TransportError(
                .addressUnavailable, context, systemCode: code,
                remedy: "name an address or an interface of this host, or * for all")
        case EACCES, EPERM:
            TransportError(.permissionDenied, context, systemCode: code, remedy: SystemReason.remedy(code))
        case ENOENT, ENOTDIR, EROFS, ENAMETOOLONG:
            TransportError(.addressUnavailable, context, systemCode: code, remedy: SystemReason.remedy(code))
        default:
            TransportError(
                .system, "\(context) (\(zeroMQReason(code)))",
                systemCode: code < zeroMQFirstCode ? code : nil)
        }
    }

    static func connecting(to address: String, code: Int32) -> TransportError {
        TransportError(
            code == EINVAL ? .invalidEndpoint : .system,
            "cannot connect to \(address) (\(zeroMQReason(code)))", remedy: "check the address")
    }
}

/// From here on, error numbers are libzmq's own and not the system's.
private let zeroMQFirstCode: Int32 = 156_384_712
