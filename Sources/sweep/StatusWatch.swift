import CommandOutput
import Console
import Experiment
import Glibc
import Journal
import Results

/// Shows a sweep from its journal until it is over.
struct StatusWatch {
    private let reader: JournalReader
    private let terminal: Terminal

    init(_ reader: JournalReader, terminal: Terminal) {
        self.reader = reader
        self.terminal = terminal
    }

    /// - Throws: `CommandFailure` of exit code 130 where Ctrl-C ended it.
    func run() throws {
        // Not by a handler: the signal is what the pause waits for, and the panel is removed before the end.
        var interrupt = sigset_t()
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        pthread_sigmask(SIG_BLOCK, &interrupt, nil)
        defer { terminal.setPanel([]) }
        var display = WatchDisplay(terminal)
        while true {
            let clock = ContinuousClock(), started = clock.now
            let isOver = try display.show(reader, at: started)
            if isOver { return }
            // Of a large sweep a look takes a while, and should not take all the time.
            let pause = max(.seconds(1), (clock.now - started) * 5)
            var time = timespec(tv_sec: Int(pause.components.seconds), tv_nsec: 0)
            guard sigtimedwait(&interrupt, nil, &time) != SIGINT else {
                terminal.setPanel([])
                throw CommandFailure("", exitCode: .interrupted)
            }
        }
    }
}

private struct WatchDisplay {
    private let terminal: Terminal
    private var first: (epochs: Int, at: ContinuousClock.Instant)?
    private var shownFacts = ""
    private var plan: StoredPlan?

    init(_ terminal: Terminal) {
        self.terminal = terminal
    }

    /// `true` when the sweep is over.
    mutating func show(_ reader: JournalReader, at now: ContinuousClock.Instant) throws -> Bool {
        let state = try reader.state(knowing: plan)
        plan = state.plan
        let snapshot = state.snapshot(rate: rate(state.progress.epochsDone, at: now))
        let progress = snapshot.progress
        if terminal.isInteractive {
            let view = try reader.readReport(keeping: &plan) { try SweepView(snapshot, records: $0) }
            terminal.setPanel(SweepPanel(view, size: terminal.size).lines)
        } else {
            let facts = "\(progress.epochsDone)/\(progress.epochsTotal) epochs"
            if facts != shownFacts { terminal.print(SweepPanel.plainFacts(progress)) }
            shownFacts = facts
        }
        return progress.tasks.unfinished == 0
    }

    private mutating func rate(_ epochs: Int, at now: ContinuousClock.Instant) -> Double? {
        guard let first else {
            self.first = (epochs, now)
            return nil
        }
        let seconds = (now - first.at) / .seconds(1)
        // Before, it would say little: records come in bursts.
        guard seconds >= 15, epochs > first.epochs else { return nil }
        return Double(epochs - first.epochs) / seconds
    }
}
