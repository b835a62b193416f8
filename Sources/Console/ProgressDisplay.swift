import CommandOutput
import Experiment
import Notices
import Status
import Synchronization

/// Shows a sweep on standard error: a panel that is redrawn, plain lines where that is no terminal, or JSON.
public final class ProgressDisplay: SweepObserver {
    public enum Verbosity: Sendable, Comparable {
        case quiet, normal, verbose
    }

    private let terminal: Terminal
    private let verbosity: Verbosity
    private let format: OutputFormat
    private let state = Mutex(State())

    private struct State {
        /// `nil` until `begin`.
        var follower: SweepFollower?
        var pace = PlainPace()
    }

    public init(terminal: Terminal, verbosity: Verbosity, format: OutputFormat = .text) {
        self.terminal = terminal
        self.verbosity = verbosity
        self.format = format
    }

    /// Takes what is stored of the sweep, before the first snapshot.
    ///
    /// - Throws: what `source` throws.
    public func begin(with source: some RecordSource) throws {
        let follower = try SweepFollower(source)
        state.withLock { $0.follower = follower }
    }

    /// Removes the panel, after the last snapshot.
    public func end() {
        terminal.setPanel([])
        terminal.flush()
    }

    public func show(_ snapshot: SweepSnapshot) {
        guard verbosity > .quiet else { return }
        let isPanel = terminal.isInteractive && format == .text
        let (view, isDue) = state.withLock { state in
            state.follower?.follow(snapshot)
            return (isPanel ? state.follower?.view(of: snapshot) : nil, !isPanel && state.pace.isDue(snapshot.progress))
        }
        if let view { terminal.setPanel(SweepPanel(view, size: terminal.size).lines) }
        guard isDue else { return }
        switch format {
        case .text: terminal.print(SweepPanel.plainFacts(snapshot.progress))
        case .json: terminal.print(JSONLine(snapshot.progress).text)
        }
    }

    public func tell(_ notice: SweepNotice) {
        let names = state.withLock { state in
            if case .epochStored(let task, let record, _) = notice { state.follower?.add(record, of: task) }
            return state.follower?.names
        }
        guard verbosity >= notice.verbosity else { return }
        let text = notice.text { names?.name($0) ?? $0.summary }
        switch format {
        case .text: terminal.print(text, notice.weight == .alarm ? .red : .plain)
        case .json: terminal.print(JSONLine(notice, text).text)
        }
    }

    /// Shows the work that follows the sweep, on the same terminal and in the same format.
    public func work() -> WorkProgress {
        WorkProgress(terminal, isQuiet: verbosity == .quiet || format == .json && terminal.isInteractive) {
            [format] text in
            format == .text ? text : JSONLine(level: "info", event: "message", message: text).text
        }
    }

    /// A line of the command itself.
    public func say(_ text: String) {
        switch format {
        case .text: terminal.print(text)
        case .json: terminal.print(JSONLine(level: "info", event: "message", message: text).text)
        }
        // What the command prints next goes another way.
        terminal.flush()
    }
}

extension SweepNotice {
    fileprivate var verbosity: ProgressDisplay.Verbosity {
        // Somebody asked for the page, and without its address there is none.
        if case .pageServed = self { return .quiet }
        return switch weight {
        case .detail: .verbose
        case .event: .normal
        case .alarm: .quiet
        }
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
