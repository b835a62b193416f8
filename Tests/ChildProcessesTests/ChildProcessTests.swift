import ChildProcesses
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ChildProcessTests {
    private let environment = ProcessInfo.processInfo.environment

    @Test func `what is written to a child comes back, and its end is told`() throws {
        let child = try ChildProcess(executable: "/bin/cat", arguments: [], environment: environment)
        try child.write(Array("over the pipe".utf8))
        child.closeInput()
        var output: [UInt8] = []
        while case let bytes = child.read(), !bytes.isEmpty { output += bytes }
        #expect(String(decoding: output, as: UTF8.self) == "over the pipe")
        #expect(child.wait() == .exited(0))
        #expect(throws: SystemCallError.self) { try child.write([1]) }
    }

    @Test func `a signal ends a child, and later ones reach nobody`() throws {
        let child = try ChildProcess(executable: "/bin/cat", arguments: [], environment: environment)
        child.send(signal: SIGKILL)
        #expect(child.wait() == .signalled(SIGKILL))
        child.send(signal: SIGKILL)
        #expect(child.wait() == .signalled(SIGKILL))
    }

    @Test func `a program that is not there is an error`() {
        #expect(throws: SystemCallError.self) {
            try ChildProcess(executable: "/nowhere/at/all", arguments: [], environment: environment)
        }
    }

    @Test func `a child's processor time is known after its end`() throws {
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "ulimit -t 1; while :; do :; done"], environment: environment)
        #expect(child.processorTime == .zero)
        #expect([SIGXCPU, SIGKILL].map(ChildProcess.End.signalled).contains(child.wait()))
        // The limit is one second of it; the kernel counts in ticks.
        #expect(child.processorTime >= .milliseconds(900))
    }

    @Test func `a child leads a process group of its own`() throws {
        let child = try ChildProcess(executable: "/bin/cat", arguments: [], environment: environment)
        #expect(getpgid(child.processID) == child.processID)
        child.closeInput()
        child.wait()
    }

    @Test func `a finished process has its errors`() throws {
        let process = try FinishedProcess(running: ["sh", "-c", "echo wrong >&2; exit 3"])
        #expect(process.end == .exited(3))
        #expect(process.errors == "wrong\n")
    }
}
