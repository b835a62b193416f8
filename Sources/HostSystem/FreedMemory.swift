import CLinux

/// Has memory that is freed go back to the system.
///
/// The C library learns from each large block that is freed to keep such blocks: from the first message of 1 MiB on,
/// all messages come from heaps, of which there are eight for each core, and of a heap only what is free at its end
/// goes back. A flood of messages, or the tables of a long sweep, would stay for the life of the process. So the bound
/// from which a block is a mapping of its own is fixed, which the library never changes then, and the heaps are few.
/// Measured with a ROUTER of libzmq 4.3.4 that four peers sent messages of 4 KB to 1 MiB for four seconds, glibc 2.36:
/// 69 MB and, another time, 104 MB stayed; with these bounds 13 MB. It costs a system call or two for each large
/// message. Another allocator would be one more part to install and to trust.
public enum FreedMemory {
    private static let largestKeptBlock: Int32 = 128 << 10
    private static let largestKeptTop: Int32 = 1 << 20
    private static let heaps: Int32 = 4

    /// For processes that serve others; a trainer keeps its memory, which it uses again for each step.
    ///
    /// - Returns: whether the C library takes it.
    @discardableResult
    public static func returnToSystem() -> Bool {
        linux_bound_kept_memory(largestKeptBlock, largestKeptTop, heaps) != 0
    }
}
