import Experiment
import Glibc
import HostSystem
import Testing
import Wire
import WorkerAgent

struct TrainerEndTests {
    @Test(arguments: [SIGKILL, SIGTERM])
    func `a signal from outside is told from a crash`(_ signal: Int32) {
        #expect(TrainerProcess.explain(.signalled(signal), seconds: 1).outcome == .killed)
    }

    @Test func `a kill of the kernel for memory is told from others`() {
        let end = TrainerProcess.explain(.signalled(SIGKILL), seconds: 1, memoryRanOut: true)
        #expect(end.outcome == .outOfMemory)
        #expect(end.reason.contains("use fewer slots"))
        #expect(TrainerProcess.explain(.signalled(SIGTERM), seconds: 1, memoryRanOut: true).outcome == .killed)
    }

    @Test func `a kill for processor time names its limit, and another kill does not`() {
        func end(used: Duration) -> String {
            TrainerProcess.explain(
                .signalled(SIGKILL), seconds: 4, processorTime: used, timeLimit: .init(seconds: 3)
            ).reason
        }
        #expect(end(used: .seconds(3)).contains("3 s of processor time; raise that limit (ulimit -t"))
        #expect(end(used: .seconds(1)) == "the trainer was killed: Killed")
    }

    @Test func `a crash under a limit of memory names it`() {
        let limits = [MemoryLimit(.data, byteCount: 100 << 20)]
        let reason = TrainerProcess.explain(.signalled(SIGABRT), seconds: 1, memoryLimits: limits).reason
        #expect(reason.contains("crashed: Aborted") && reason.contains("100 MiB of data (ulimit -d"))
    }

    @Test(arguments: [SIGSEGV, SIGILL, SIGTRAP, SIGABRT])
    func `a crash is an error`(_ signal: Int32) {
        let end = TrainerProcess.explain(.signalled(signal), seconds: 1)
        #expect(end.outcome == .error)
        #expect(end.reason.contains("crashed"))
    }

    @Test func `an exit without a report is an error`() {
        #expect(
            TrainerProcess.explain(.exited(TrainerExit.notUnderstood), seconds: 2).outcome == .unfit,
            "the host is at fault, and not the task")
        #expect(
            TrainerProcess.explain(.exited(7), seconds: 2).reason == "the trainer ended with exit code 7 and no report")
    }
}
