import Glibc

/// The right to a physical core of this host, among all workers of this user that run on it.
///
/// Workers know nothing of each other, and each would bind its first slot to the first core. So a core is taken by a
/// lock on a file, which the kernel lets go of when its holder ends, however it ends.
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
    public static func take(_ count: Int, of cores: [PhysicalCore], in directory: String = defaultDirectory)
        -> [CoreLease]
    {
        mkdir(directory, 0o700)
        var leases: [CoreLease] = []
        for core in cores where leases.count < count {
            if let lease = take(core, in: directory) { leases.append(lease) }
        }
        return leases
    }

    private static func take(_ core: PhysicalCore, in directory: String) -> CoreLease? {
        let path = "\(directory)/core-\(core.processors[0]).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return CoreLease(core: core, descriptor: descriptor)
    }

    public static var defaultDirectory: String { "/tmp/sweep-cores-\(getuid())" }
}
