import CLinux
import Glibc

/// How much address space a process may have.
enum MemoryLimit {
    /// In bytes; `nil` where there is no limit.
    static var current: UInt? {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_memory_limit, &soft, &hard) == 0, soft < UInt(Int.max) else { return nil }
        return soft
    }

    /// Whether so many more threads have room for their stacks.
    static func allows(stacks count: Int) -> Bool {
        let byteCount = count * stackBytes
        guard let room = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            room != MAP_FAILED
        else { return false }
        munmap(room, byteCount)
        return true
    }

    /// What the C library gives a thread where nobody has chosen, with its heap of its own.
    private static let stackBytes = 16 << 20
}
