import ChildProcesses
import Experiment
import Glibc
import Wire

/// A trainer process as its agent sees it: it is given one assignment, and everything that it writes, and its end,
/// come back through `report`, called on a thread of its own.
package final class TrainerProcess: Sendable {
    enum Report: Sendable {
        case record(EpochRecord)
        /// The process is gone; nothing follows.
        case ended(AttemptEnd)
    }

    private let child: ChildProcess

    /// - Parameter arguments: of this program, to make it a trainer.
    init(
        executable: String, arguments: [String], environment: [String: String], key: AttemptKey, task: SweepTask,
        report: @escaping @Sendable (Report) -> Void
    ) throws(ChildProcessError) {
        let child = try ChildProcess(
            executable: executable, name: "sweep", arguments: arguments, environment: environment)
        self.child = child
        let start = ContinuousClock.now
        // A child that ended at once is noticed below, with its reason.
        try? child.write(FrameReader.frame(CoordinatorMessage.assignment(key, task).encoded()))
        NamedThread.detach(named: "trainer-pipe") {
            let said = Self.readAll(of: child, report: report)
            let end = child.wait()
            child.closeInput()
            report(.ended(said ?? Self.explain(end, seconds: (ContinuousClock.now - start) / .seconds(1))))
        }
    }

    func stop() {
        child.send(signal: SIGKILL)
    }

    /// Passes the records on; returns the end that the trainer reported, if it did.
    private static func readAll(of child: ChildProcess, report: (Report) -> Void) -> AttemptEnd? {
        var frames = FrameReader()
        var end: AttemptEnd?
        while true {
            let bytes = child.read()
            guard !bytes.isEmpty else { return end }
            guard let complete = try? frames.append(bytes) else {
                child.send(signal: SIGKILL)
                return AttemptEnd(outcome: .error, reason: "the trainer wrote something that is no frame", seconds: 0)
            }
            for frame in complete {
                switch try? WorkerMessage(decoding: frame).body {
                case .record(_, let record): report(.record(record))
                case .ended(_, let reported): end = reported
                default: child.send(signal: SIGKILL)
                }
            }
        }
    }

    /// Why a trainer ended that did not say so.
    package static func explain(_ end: ChildProcess.End, seconds: Double) -> AttemptEnd {
        switch end {
        case .exited(let code):
            return AttemptEnd(
                outcome: .error, reason: "the trainer ended with exit code \(code) and no report", seconds: seconds)
        case .signalled(let signal):
            let crashes = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]
            let name = String(cString: strsignal(signal))
            return crashes.contains(signal)
                ? AttemptEnd(outcome: .error, reason: "the trainer crashed: \(name)", seconds: seconds)
                : AttemptEnd(outcome: .killed, reason: "the trainer was killed: \(name)", seconds: seconds)
        }
    }
}
