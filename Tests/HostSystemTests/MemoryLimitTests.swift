import Glibc
import HostSystem
import TestSupport
import Testing

/// Limits of what one process may map or use are named as they are set.
struct MemoryLimitTests {
    @Test func `a limit that is too small is told with what is needed, and one that suffices is not`() throws {
        let small = MemoryLimit(.addressSpace, byteCount: 585 << 20)
        let refusal = try #require(MemoryLimit.refusal(threads: 13, for: "this sweep", limits: [small]))
        #expect(refusal.contains("585 MiB of address space and this sweep needs "))
        #expect(refusal.contains("ulimit -v ") && refusal.contains("LimitAS=") && !refusal.contains("ulimit -u"))
        let needed = try #require(refusal.firstMatch(of: /needs (\d+) MiB/)?.1)
        let enough = MemoryLimit(.addressSpace, byteCount: Int(needed)! << 20)
        #expect(MemoryLimit.refusal(threads: 13, for: "this sweep", limits: [enough]) == nil)
        #expect(MemoryLimit.refusal(threads: 60, for: "this sweep", limits: [enough]) != nil, "more stacks")
    }

    @Test func `of two limits the one that is too small is named`() throws {
        let limits = [
            MemoryLimit(.addressSpace, byteCount: 1 << 40), MemoryLimit(.data, byteCount: 60_000 << 10),
        ]
        let refusal = try #require(MemoryLimit.refusal(threads: 13, for: "this sweep", limits: limits))
        #expect(refusal.contains("58 MiB of data") && refusal.contains("ulimit -d ") && refusal.contains("LimitDATA="))
        #expect(!refusal.contains("address space"))
    }

    @Test func `without a limit there is nothing to refuse or to suspect`() {
        #expect(MemoryLimit.refusal(threads: 4096, for: "this sweep", limits: []) == nil)
        #expect(MemoryLimit.suspicion([]) == nil)
    }

    /// The limits are those of the whole process: a process of its own meets them.
    @Test(.timeLimit(.minutes(1)), arguments: [ENOMEM, EAGAIN])
    func `a thread that gets no memory names the limit of data`(code: Int32) async {
        await #expect(processExitsWith: .success) { [code] in
            TightMemory.leaveNoRoomOfData()
            let text = SystemReason.text(code)
            exit(text.contains(" MiB of data (ulimit -d") && !text.contains("ulimit -u") ? 0 : 1)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [ENOMEM, EAGAIN])
    func `a thread that gets no memory names the limit of address space`(code: Int32) async {
        await #expect(processExitsWith: .success) { [code] in
            TightMemory.leaveNoRoomOfAddressSpace()
            let text = SystemReason.text(code)
            exit(text.contains(" MiB of address space (ulimit -v") && !text.contains("ulimit -u") ? 0 : 1)
        }
    }
}

struct ProcessorTimeLimitTests {
    private let limit = ProcessorTimeLimit(seconds: 3)

    @Test(arguments: [
        (SIGXCPU, Duration.seconds(3), true), (SIGKILL, .milliseconds(2950), true), (SIGKILL, .seconds(1), false),
        (SIGTERM, .seconds(3), false), (SIGSEGV, .seconds(3), false),
    ])
    func `only a signal that the limit sends, once it is used up, is its doing`(
        signal: Int32, used: Duration, isLimit: Bool
    ) {
        let why = limit.explanation(of: signal, used: used)
        #expect((why != nil) == isLimit)
        if let why { #expect(why.contains("3 s of processor time") && why.contains("ulimit -t")) }
    }

    @Test func `a limit of processor time is told before it strikes`() {
        #expect(limit.warning.contains("after 3 s") && limit.warning.contains("ulimit -t, LimitCPU="))
    }
}
