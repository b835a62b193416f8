import CLinux
import Glibc

/// A limit of the memory that one process may map.
public struct MemoryLimit: Sendable, Equatable {
    public enum Kind: Sendable, CaseIterable {
        /// Everything that is mapped, used or not.
        case addressSpace
        /// What is mapped for this process alone to write: heaps and the stacks of threads.
        case data
    }

    public let kind: Kind
    public let byteCount: Int

    public init(_ kind: Kind, byteCount: Int) {
        self.kind = kind
        self.byteCount = byteCount
    }

    /// The limits that are set; most hosts have none.
    public static var current: [MemoryLimit] {
        Kind.allCases.compactMap { kind in
            var soft: UInt = 0
            var hard: UInt = 0
            guard linux_get_limit(kind.name, &soft, &hard) == 0, soft < UInt(Int.max) else { return nil }
            return MemoryLimit(kind, byteCount: Int(soft))
        }
    }

    /// Raises the soft limits to the hard ones.
    public static func raise() {
        for kind in Kind.allCases {
            var soft: UInt = 0
            var hard: UInt = 0
            guard linux_get_limit(kind.name, &soft, &hard) == 0, soft < hard else { continue }
            _ = linux_set_limit(kind.name, hard, hard)
        }
    }

    /// Where the address space is limited, has all threads allocate from one heap, so that there is room to tell that
    /// the limit is too small: a heap of its own takes 64 MiB for each. To be called before the first thread is made.
    public static func leaveRoomForThreads() {
        if current.contains(where: { $0.kind == .addressSpace }) { _ = linux_share_one_heap() }
    }

    /// What a process of so many threads needs, in bytes.
    ///
    /// The C library reserves an arena of address space for each thread that allocates, up to a number of them. The
    /// rest was measured with two slots and no limit: `sweep run` comes to 977 MiB of address space with 13 threads,
    /// and its worker to 985 MiB with 11, of which 109 and 185 MiB are data. With 781 MiB there were threads that could
    /// not be made; with 683 MiB some processes also waited for ever, and with four slots some were ended by the C
    /// library.
    static func need(of kind: Kind, threads: Int, stackBytes: Int = stackBytes, arenas: Int = arenaLimit) -> Int {
        switch kind {
        case .addressSpace: 128 << 20 + threads * stackBytes + min(threads, arenas) * 64 << 20
        // A worker's threads also hold the states that trainers hand over, and their messages, of some 4 MiB each.
        case .data: 96 << 20 + 2 * threads * stackBytes
        }
    }

    /// Why a process of so many threads would fail under the first of `limits` that is too small, and what to do;
    /// `nil` where none is.
    public static func refusal(
        threads: Int, for purpose: String, limits: [MemoryLimit] = current
    ) -> String? {
        for limit in limits {
            let need = need(of: limit.kind, threads: threads)
            guard limit.byteCount < need else { continue }
            return "a process may have \(limit.byteCount >> 20) MiB of \(limit.kind.words) and \(purpose) needs "
                + "\(need >> 20) MiB; raise the limit with \(limit.kind.command) \(need >> 10) before the command "
                + "(unlimited is best), or \(limit.kind.setting)=\(need >> 20)M of systemd"
        }
        return nil
    }

    /// Why a process has no room for the stacks of so many more threads, and what to do; `nil` where it has.
    public static func refusal(ofStacks count: Int, for purpose: String) -> String? {
        tight(stacks: count).map { "\($0), which is too little for \(purpose): raise that" }
    }

    /// What to do where a thread or memory could not be had; `nil` where no limit of memory is at fault.
    static var remedy: String? { tight(stacks: 1).map { "\($0): raise that, or use fewer --slots" } }

    /// The limit that has no room for the stacks of so many more threads.
    private static func tight(stacks count: Int) -> MemoryLimit? {
        current.first { limit in
            // What may not be written counts as address space alone.
            let protection = limit.kind == .data ? PROT_READ | PROT_WRITE : PROT_NONE
            let byteCount = count * stackBytes
            guard let room = mmap(nil, byteCount, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
                room != MAP_FAILED
            else { return true }
            munmap(room, byteCount)
            return false
        }
    }

    /// The limits that may be why a process ended without a word, as it does where it gets no memory; `nil`
    /// where none is set.
    package static func suspicion(_ limits: [MemoryLimit] = current) -> String? {
        guard !limits.isEmpty else { return nil }
        return "perhaps for want of memory: \(limits.map(\.description).joined(separator: " and ")); raise that"
    }

    /// What the C library gives a thread for which nobody has chosen.
    private static let stackBytes = {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        var size = 0
        return pthread_attr_getstacksize(&attributes, &size) == 0 && size > 0 ? size : 8 << 20
    }()

    /// The C library makes no more.
    private static let arenaLimit = 8 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

extension MemoryLimit: CustomStringConvertible {
    /// What holds and how it is set, without what to do.
    public var description: String {
        "a process may have \(byteCount >> 20) MiB of \(kind.words) (\(kind.command), \(kind.setting)= of systemd)"
    }
}

extension MemoryLimit.Kind {
    fileprivate var name: Int32 {
        switch self {
        case .addressSpace: linux_address_space_limit
        case .data: linux_data_limit
        }
    }

    fileprivate var words: String {
        switch self {
        case .addressSpace: "address space"
        case .data: "data"
        }
    }

    fileprivate var command: String {
        switch self {
        case .addressSpace: "ulimit -v"
        case .data: "ulimit -d"
        }
    }

    fileprivate var setting: String {
        switch self {
        case .addressSpace: "LimitAS"
        case .data: "LimitDATA"
        }
    }
}
