import CZeroMQ

/// Which libzmq this process runs with.
package struct LibraryVersion: Sendable, Comparable, CustomStringConvertible {
    package let major: Int32
    package let minor: Int32
    package let patch: Int32

    /// The first without a known hole before the handshake. Earlier ones can be overwritten on the stack by whoever
    /// reaches the port (CVE-2019-13132, all before 4.3.2), or be kept from letting anybody in (CVE-2020-15166, all
    /// before 4.3.3), with CURVE as without.
    package static let oldest = Self(4, 3, 3)

    package init(_ major: Int32, _ minor: Int32, _ patch: Int32) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    static var current: Self {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return Self(major, minor, patch)
    }

    /// - Throws: `system` where it is one with known holes.
    package func requireSafe() throws(TransportError) {
        guard self < Self.oldest else { return }
        throw TransportError(
            .system, "libzmq \(self) lets strangers harm this process before they have proved a key",
            remedy: "install libzmq \(Self.oldest) or a later one, as Debian 12 has it (libzmq5)")
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
