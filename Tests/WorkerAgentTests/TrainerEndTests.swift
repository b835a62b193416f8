import Experiment
import Glibc
import Testing
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

    @Test(arguments: [SIGSEGV, SIGILL, SIGTRAP, SIGABRT])
    func `a crash is an error`(_ signal: Int32) {
        let end = TrainerProcess.explain(.signalled(signal), seconds: 1)
        #expect(end.outcome == .error)
        #expect(end.reason.contains("crashed"))
    }

    @Test func `an exit without a report is an error`() {
        #expect(
            TrainerProcess.explain(.exited(7), seconds: 2).reason == "the trainer ended with exit code 7 and no report")
    }
}
