import CommandOutput
import Console
import Journal
import Results
import Status

/// Shows a sweep from its journal until it is over: in a terminal as a panel, elsewhere a line whenever epochs came.
package struct StatusWatch {
    private let reader: JournalReader
    private let terminal: Terminal
    private var rate = MeasuredRate()
    private var shownEpochs: Int?
    private var plan: StoredPlan?

    package init(_ reader: JournalReader, terminal: Terminal) {
        self.reader = reader
        self.terminal = terminal
    }

    /// - Parameter format: the one that was asked for.
    /// - Throws: `CommandFailure` of code `.usage` where it is not for people.
    package static func check(format: OutputFormat) throws(CommandFailure) {
        guard format == .text else {
            throw CommandFailure(
                "--watch shows text; leave --format \(format.rawValue) out", exitCode: .usage)
        }
    }

    /// - Parameters:
    ///   - clock: stands in for time in tests.
    ///   - wait: waits for so long; `false` where somebody has seen enough.
    /// - Throws: `CommandFailure` of exit code 130 where somebody has; a `JournalError`.
    package mutating func run(
        clock: () -> ContinuousClock.Instant = { .now }, wait: (Duration) -> Bool
    ) throws {
        defer { terminal.setPanel([]) }
        while true {
            let started = clock()
            let progress = try show(at: started)
            if progress.tasks.unfinished == 0 { return }
            // A look at a large sweep takes a while, and should not take all the time.
            let pause = max(.seconds(1), (clock() - started) * 5)
            guard wait(pause) else { throw CommandFailure("", exitCode: .interrupted) }
        }
    }

    private mutating func show(at now: ContinuousClock.Instant) throws -> SweepProgress {
        let state = try reader.state(knowing: plan)
        plan = state.plan
        let snapshot = state.snapshot(rate: rate.rate(of: state.progress.epochsDone, at: now))
        if terminal.isInteractive {
            let view = try reader.readReport(keeping: &plan) { try SweepView(snapshot, records: $0) }
            terminal.setPanel(SweepPanel(view, size: terminal.size).lines)
        } else if shownEpochs != snapshot.progress.epochsDone {
            terminal.print(SweepPanel.plainFacts(snapshot.progress))
            shownEpochs = snapshot.progress.epochsDone
        }
        return snapshot.progress
    }
}

/// Epochs a second since the first look.
private struct MeasuredRate {
    private var first: (epochs: Int, at: ContinuousClock.Instant)?

    mutating func rate(of epochs: Int, at now: ContinuousClock.Instant) -> Double? {
        guard let first else {
            self.first = (epochs, now)
            return nil
        }
        let seconds = (now - first.at) / .seconds(1)
        // Records come in bursts, so a rate over a shorter time would say little.
        guard seconds >= 15, epochs > first.epochs else { return nil }
        return Double(epochs - first.epochs) / seconds
    }
}
