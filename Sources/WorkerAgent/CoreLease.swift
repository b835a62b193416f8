import Glibc
import HostSystem

/// The right to a physical core of this host, among all workers that run on it, of whatever user. Containers with
/// networks of their own do not see each other's leases: there a cpuset divides the cores.
///
/// Workers know nothing of each other, and each would bind its first slot to the first core. So a core is taken by a
/// name in the abstract space of sockets, which the kernel lets go of when its holder ends, however it ends.
///
/// Not by a lock on a file: that needs a directory which every worker of the host finds and may write, whatever its
/// user and its environment are, and nobody can have squatted. Who takes a name here without being a worker keeps a
/// slot from being bound to a core, and no more.
public final class CoreLease: Sendable {
    public let core: PhysicalCore
    private let descriptor: Int32

    private init(core: PhysicalCore, descriptor: Int32) {
        self.core = core
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes up to `count` of `cores`, lowest first; fewer where others hold the rest.
    ///
    /// A slot without a core is not bound to one, and runs where the kernel puts it.
    ///
    /// - Parameter space: those who name another one have cores of their own, which is for tests.
    public static func take(_ count: Int, of cores: [PhysicalCore], space: String = "sweep") -> [CoreLease] {
        var leases: [CoreLease] = []
        for core in cores where leases.count < count {
            if let lease = take(core, space: space) { leases.append(lease) }
        }
        return leases
    }

    private static func take(_ core: PhysicalCore, space: String) -> CoreLease? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let isTaken = withAbstractUnixAddress(named: "\(space)-core-\(core.processors[0])") {
            bind(descriptor, $0, $1) == 0
        }
        guard isTaken else {
            close(descriptor)
            return nil
        }
        return CoreLease(core: core, descriptor: descriptor)
    }
}
