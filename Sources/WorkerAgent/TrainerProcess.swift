import ChildProcesses
import Experiment
import Glibc
import Scheduling
import Wire

/// A trainer process as its agent sees it: it is given one assignment, and everything that it writes, and its end,
/// come back through `report`, called on a thread of its own.
package final class TrainerProcess: Sendable {
    enum Report: Sendable {
        case record(EpochRecord)
        /// Its state after an epoch.
        case saved(CheckpointContent)
        /// The process is gone; nothing follows.
        case ended(AttemptEnd)
    }

    private let child: ChildProcess

    /// - Parameters:
    ///   - arguments: of this program, to make it a trainer.
    ///   - start: what it is to train, and from where.
    init(
        executable: String, arguments: [String], environment: [String: String], start: TrainerStart,
        report: @escaping @Sendable (Report) -> Void
    ) throws(SystemCallError) {
        let child = try ChildProcess(
            executable: executable, name: "sweep", arguments: arguments, environment: environment)
        self.child = child
        do throws(SystemCallError) {
            try Self.attend(child, start: start, report: report)
        } catch {
            // Nobody would feed it.
            child.send(signal: SIGKILL)
            child.wait()
            throw error
        }
    }

    private static func attend(
        _ child: ChildProcess, start: TrainerStart, report: @escaping @Sendable (Report) -> Void
    ) throws(SystemCallError) {
        let began = ContinuousClock.now
        let kills = OutOfMemoryKills()
        // A checkpoint does not fit into the pipe, and a trainer that is frozen reads nothing: nobody else waits for
        // it.
        try NamedThread.start(named: "trainer-feed") { feed(start, to: child) }
        try NamedThread.start(named: "trainer-pipe") {
            let said = readAll(of: child, report: report)
            let end = child.wait()
            child.closeInput()
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            report(.ended(said ?? explain(end, seconds: seconds, memoryRanOut: kills.haveHappened())))
        }
    }

    /// A child that ended meanwhile is noticed by the other thread, with its reason.
    private static func feed(_ start: TrainerStart, to child: ChildProcess) {
        let assignment = CoordinatorMessage.assignment(start.key, start.task, from: start.checkpoint?.label)
        let pieces = start.checkpoint?.pieces(limit: Limits.pieceBytes) ?? []
        for message in [assignment] + pieces.map({ CoordinatorMessage.checkpointPiece(start.key, $0) }) {
            guard (try? child.write(FrameReader.frame(message.encoded()))) != nil else { return }
        }
    }

    func stop() {
        child.send(signal: SIGKILL)
    }

    /// Passes the records on; returns the end that the trainer reported, if it did.
    private static func readAll(of child: ChildProcess, report: (Report) -> Void) -> AttemptEnd? {
        var frames = FrameReader()
        var assembly: CheckpointAssembly?
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
                case .ended(_, let reported, _): end = reported
                case .checkpointPiece(_, let piece):
                    if piece.offset == 0 { assembly = CheckpointAssembly(of: piece.label) }
                    // One that is not whole is worth no more than none.
                    guard assembly?.append(piece) == true, assembly!.isComplete else { continue }
                    if let content = assembly!.content() { report(.saved(content)) }
                    assembly = nil
                default: child.send(signal: SIGKILL)
                }
            }
        }
    }

    /// Why a trainer ended that did not say so.
    ///
    /// - Parameter memoryRanOut: the kernel killed a process for its memory while the trainer ran.
    package static func explain(_ end: ChildProcess.End, seconds: Double, memoryRanOut: Bool = false) -> AttemptEnd {
        switch end {
        case .exited(let code):
            return AttemptEnd(
                outcome: .error, reason: "the trainer ended with exit code \(code) and no report", seconds: seconds)
        case .signalled(SIGKILL) where memoryRanOut:
            let reason = "the kernel killed the trainer, for the memory ran out; use fewer slots on this host"
            return AttemptEnd(outcome: .outOfMemory, reason: reason, seconds: seconds)
        case .signalled(let signal):
            let crashes = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]
            let name = String(cString: strsignal(signal))
            return crashes.contains(signal)
                ? AttemptEnd(outcome: .error, reason: "the trainer crashed: \(name)", seconds: seconds)
                : AttemptEnd(outcome: .killed, reason: "the trainer was killed: \(name)", seconds: seconds)
        }
    }
}
