import Glibc
import HostSystem
import Testing

/// Each error number has words and a remedy of its own.
struct SystemReasonTests {
    static let remedies: [(Int32, String)] = [
        (EMFILE, "ulimit -n"), (ENFILE, "fs.file-max"), (EAGAIN, "ulimit -u"), (ENOMEM, "fewer slots"),
        (ENOSPC, "make room"), (EDQUOT, "quota raised"), (EROFS, "mount it for writing"), (EIO, "kernel's log"),
        (EACCES, "access given"), (EPERM, "policy"), (ENOENT, "make the directory"), (ENOTDIR, "no directory"),
        (ENAMETOOLONG, "shorter path"), (EFBIG, "ulimit -f"),
    ]

    @Test(arguments: remedies)
    func `the remedy fits the fault`(code: Int32, remedy: String) throws {
        let text = SystemReason.text(code)
        #expect(text.hasPrefix(String(cString: strerror(code)) + "; "))
        #expect(text.contains(remedy))
        #expect(!text.contains("\n"))
    }

    @Test func `no two faults have one remedy, and only a full disk wants room`() {
        let texts = Self.remedies.compactMap { SystemReason.remedy($0.0) }
        #expect(Set(texts).count == Self.remedies.count)
        #expect(texts.filter { $0.contains("make room") } == [SystemReason.remedy(ENOSPC)])
    }

    @Test func `a limit is told with the number that holds`() {
        #expect(SystemReason.remedy(EMFILE)?.contains("\(FileLimit.current.soft) files") == true)
    }

    @Test func `a number without a remedy has its words`() {
        #expect(SystemReason.text(EDOM) == String(cString: strerror(EDOM)))
    }
}

struct LimitTests {
    @Test func `a limit that suffices is no refusal, and one that does not is told with what is needed`() throws {
        let limit = FileLimit(soft: 28, hard: 28)
        #expect(limit.refusal(of: 28, for: "this sweep") == nil)
        let refusal = try #require(limit.refusal(of: 60, for: "this sweep"))
        #expect(refusal.contains("28 files") && refusal.contains("this sweep needs 60"))
        #expect(refusal.contains("ulimit -n 60") && refusal.contains("LimitNOFILE=60"))
    }

    @Test func `threads that can be had are no refusal, and those tried are gone`() throws {
        let before = try threadCount()
        #expect(ProcessLimit.refusal(of: 20, for: "this") == nil)
        #expect(try threadCount() <= before + 8, "other tests may have made some meanwhile")
    }

    @Test func `threads that cannot be had are told with their limits`() throws {
        #expect(ProcessLimit.allows(threads: 0))
        let refusal = try #require(ProcessLimit.refusal(of: 700, for: "this sweep with 90 slots") { $0 < 700 })
        #expect(refusal.contains("this sweep with 90 slots needs 700"))
        #expect(refusal.contains("ulimit -u") && refusal.contains("pids.max") && refusal.contains("--slots"))
    }

    private func threadCount() throws -> Int {
        let directory = try #require(opendir("/proc/self/task"))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 2
    }
}
