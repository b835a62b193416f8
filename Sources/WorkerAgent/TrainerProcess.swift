import ChildProcesses
import Experiment
import Glibc
import HostSystem
import Scheduling
import Transport
import Wire

/// A trainer process as its agent sees it: it is given one task, and everything that it writes, and its end, come back
/// through `report`, called on a thread of its own, as events of the attempt.
package final class TrainerProcess: RunningTrainer, Sendable {
    /// A trainer that was told to stop, and has not ended after so long, is killed.
    package static let stopPatience = Duration.seconds(2)

    private let child: ChildProcess
    /// What the feeding thread is still to write; `nil` has it end.
    private let orders: Mailbox<TrainerOrder?>
    private let hasEnded: Mailbox<Void>

    /// - Parameters:
    ///   - command: what is started.
    ///   - environment: of the process.
    ///   - start: what it is to train, and from where.
    ///   - conditions: what it is told besides.
    ///   - report: takes `trainerReported`, `trainerSaved` and, last, `trainerEnded`.
    /// - Throws: a `SystemCallError` where the program, its pipes or a thread for them cannot be had.
    package init(
        _ command: TrainerLaunch, environment: [String: String], start: TrainerStart,
        conditions: TrainerConditions, report: @escaping @Sendable (WorkerSession.Event) -> Void
    ) throws(SystemCallError) {
        let child = try ChildProcess(
            executable: command.executable, name: command.name, arguments: command.arguments, environment: environment)
        self.child = child
        let (orders, hasEnded) = (Mailbox<TrainerOrder?>(capacity: 2), Mailbox<Void>(capacity: 1))
        (self.orders, self.hasEnded) = (orders, hasEnded)
        do throws(SystemCallError) {
            try Self.attend(child, start: start, conditions, orders) { end in
                orders.put(nil)
                hasEnded.put(())
                report(.trainerEnded(start.key, end))
            } report: {
                report($0)
            }
        } catch {
            // Nobody would feed it.
            orders.put(nil)
            child.send(signal: SIGKILL)
            child.wait()
            throw error
        }
    }

    private static func attend(
        _ child: ChildProcess, start: TrainerStart, _ conditions: TrainerConditions, _ orders: Mailbox<TrainerOrder?>,
        end: @escaping @Sendable (AttemptEnd) -> Void, report: @escaping @Sendable (WorkerSession.Event) -> Void
    ) throws(SystemCallError) {
        let began = ContinuousClock.now
        let kills = OutOfMemoryKills()
        // A state does not fit into the pipe, and a trainer that is frozen reads nothing: nobody else waits for it.
        try NamedThread.start(named: "trainer-feed") { feed(start, conditions, orders, to: child) }
        try NamedThread.start(named: "trainer-pipe") {
            let said = readAll(of: child, training: start.key, report: report)
            let status = child.wait()
            child.closeInput()
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            end(
                said
                    ?? explain(
                        status, seconds: seconds, memoryRanOut: kills.haveHappened(),
                        processorTime: child.processorTime))
        }
    }

    /// A child that ended meanwhile is noticed by the other thread, with its reason.
    private static func feed(
        _ start: TrainerStart, _ conditions: TrainerConditions, _ orders: Mailbox<TrainerOrder?>, to child: ChildProcess
    ) {
        let pieces = start.checkpoint?.pieces(limit: Limits.pieceBytes) ?? []
        let first = [TrainerOrder.start(start.task, conditions, from: start.checkpoint?.label)]
        for order in first + pieces.map({ TrainerOrder.statePiece($0) }) {
            guard (try? child.write(FrameReader.frame(order.encoded()))) != nil else { return }
        }
        while true {
            for order in orders.take(until: nil) {
                guard let order, (try? child.write(FrameReader.frame(order.encoded()))) != nil else { return }
            }
        }
    }

    package func stop() { stop(patience: Self.stopPatience) }

    /// Has it end before its next batch; where it does not, kills it.
    package func stop(patience: Duration) {
        _ = orders.offer(.stop)
        NamedThread.detach(named: "trainer-stop") { [child, hasEnded] in
            if hasEnded.take(until: .now + patience).isEmpty { child.send(signal: SIGKILL) }
        }
    }

    /// Passes the records on; returns the end that the trainer reported, if it did.
    private static func readAll(
        of child: ChildProcess, training key: AttemptKey, report: (WorkerSession.Event) -> Void
    ) -> AttemptEnd? {
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
                let said: TrainerReport
                do throws(WireError) {
                    said = try TrainerReport(decoding: frame)
                } catch {
                    child.send(signal: SIGKILL)
                    return Self.end(of: error)
                }
                switch said {
                case .record(let record): report(.trainerReported(key, record))
                case .ended(let reported): end = reported
                case .statePiece(let piece):
                    if piece.offset == 0 { assembly = CheckpointAssembly(of: piece.label) }
                    // A state that is not whole is worth nothing.
                    guard assembly?.append(piece) == true, assembly!.isComplete else { continue }
                    if let content = assembly!.content() { report(.trainerSaved(key, content)) }
                    assembly = nil
                }
            }
        }
    }

    /// Another version is the host's fault, and not the task's. Of anything else nobody knows whose it is: as a failure
    /// it counts against the task on this worker alone, so that neither a broken host ends the task everywhere, nor a
    /// task that breaks its trainers takes all hosts out of the sweep.
    private static func end(of fault: WireError) -> AttemptEnd {
        let outcome: AttemptOutcome = fault.code == .version ? .unfit : .error
        return AttemptEnd(outcome: outcome, reason: "a report of the trainer: \(fault)", seconds: 0)
    }

    /// Why a trainer ended that did not say so.
    ///
    /// - Parameters:
    ///   - memoryRanOut: the kernel killed a process for its memory while the trainer ran.
    ///   - processorTime: what the trainer used of it.
    ///   - timeLimit: how much of it the trainer could use.
    ///   - memoryLimits: the limits of its memory.
    package static func explain(
        _ end: ChildProcess.End, seconds: Double, memoryRanOut: Bool = false, processorTime: Duration = .zero,
        timeLimit: ProcessorTimeLimit? = .current, memoryLimits: [MemoryLimit] = MemoryLimit.current
    ) -> AttemptEnd {
        if case .signalled(let signal) = end, let why = timeLimit?.explanation(of: signal, used: processorTime) {
            return AttemptEnd(outcome: .killed, reason: "the kernel killed the trainer, for \(why)", seconds: seconds)
        }
        switch end {
        case .exited(TrainerExit.notUnderstood):
            let reason = "the trainer did not understand its order; the worker's log says why"
            return AttemptEnd(outcome: .unfit, reason: reason, seconds: seconds)
        case .exited(let code):
            return AttemptEnd(
                outcome: .error, reason: "the trainer ended with exit code \(code) and no report", seconds: seconds)
        case .signalled(SIGKILL) where memoryRanOut:
            let reason = "the kernel killed the trainer, for the memory ran out; use fewer slots on this host"
            return AttemptEnd(outcome: .outOfMemory, reason: reason, seconds: seconds)
        case .signalled(let signal):
            let crashes = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]
            let name = String(cString: strsignal(signal))
            guard crashes.contains(signal) else {
                return AttemptEnd(outcome: .killed, reason: "the trainer was killed: \(name)", seconds: seconds)
            }
            let suspicion = MemoryLimit.suspicion(memoryLimits).map { ", \($0)" } ?? ""
            return AttemptEnd(outcome: .error, reason: "the trainer crashed: \(name)\(suspicion)", seconds: seconds)
        }
    }
}
