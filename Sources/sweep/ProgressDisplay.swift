import CoordinatorService
import Experiment
import Foundation
import Scheduling
import Synchronization

/// Shows a sweep on standard error: a bar that is redrawn, or plain lines where standard error is no terminal.
final class ProgressDisplay: SweepObserver {
    enum Verbosity: Sendable, Comparable {
        case quiet, normal, verbose
    }

    private let terminal: Terminal
    private let verbosity: Verbosity
    private let plain = Mutex(PlainPace())

    init(terminal: Terminal, verbosity: Verbosity) {
        self.terminal = terminal
        self.verbosity = verbosity
    }

    func show(_ snapshot: SweepSnapshot) {
        let progress = snapshot.progress
        guard verbosity > .quiet else { return }
        if terminal.isInteractive {
            terminal.setStatus(Self.line(progress, columns: terminal.columns))
        } else if plain.withLock({ $0.isDue(progress) }) {
            terminal.print(Self.facts(progress))
        }
    }

    func tell(_ notice: SweepNotice) {
        let level: Verbosity =
            switch notice.weight {
            case .detail: .verbose
            case .event: .normal
            case .alarm: .quiet
            }
        if verbosity >= level { terminal.print(notice.text) }
    }

    /// The bar takes what the facts leave; a narrow terminal shows the facts alone.
    static func line(_ progress: SweepProgress, columns: Int) -> String {
        let facts = facts(progress)
        let width = min(30, columns - facts.count - 4)
        guard width >= 5 else { return facts }
        let done = progress.epochsTotal == 0 ? width : width * progress.epochsDone / progress.epochsTotal
        return "[" + String(repeating: "#", count: done) + String(repeating: "-", count: width - done) + "] " + facts
    }

    static func facts(_ progress: SweepProgress) -> String {
        let taskCount = progress.tasks.done + progress.tasks.failed + progress.tasks.waiting + progress.tasks.running
        var facts = "\(progress.epochsDone)/\(progress.epochsTotal) epochs, \(progress.tasks.done)/\(taskCount) tasks"
        if progress.tasks.failed > 0 { facts += ", \(progress.tasks.failed) failed" }
        if let rate = progress.rate { facts += String(format: ", %.2f epochs/s", rate) }
        if let left = progress.timeLeft, progress.epochsDone < progress.epochsTotal { facts += ", \(clock(left)) left" }
        if progress.isPaused { facts += ", paused" }
        return facts + ", \(counted(progress.slots, "slot")) on \(counted(progress.workers, "worker"))"
    }

    /// `1:02:03` or `2:03`.
    static func clock(_ duration: Duration) -> String {
        let seconds = Int(duration / .seconds(1))
        return seconds >= 3600
            ? String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
            : String(format: "%d:%02d", seconds / 60, seconds % 60)
    }
}

/// Plain lines come when a tenth of the sweep is done, and at least every half minute.
private struct PlainPace {
    private var tenth = -1
    private var last = ContinuousClock.now

    mutating func isDue(_ progress: SweepProgress) -> Bool {
        let reached = progress.epochsTotal == 0 ? 10 : 10 * progress.epochsDone / progress.epochsTotal
        guard reached != tenth || ContinuousClock.now - last >= .seconds(30) else { return false }
        tenth = reached
        last = .now
        return true
    }
}

/// `1 task`, `2 tasks`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
