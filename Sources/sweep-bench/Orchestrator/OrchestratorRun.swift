import ChildProcesses
import DispatchLoad
import Foundation
import Scheduling
import Transport

/// One measurement: a coordinator from its start to its exit, and the fleet that has its tasks.
///
/// Everything happens on the thread that calls `measure`; what other threads see comes in through `inbox`.
final class OrchestratorRun {
    private enum Event: Sendable {
        case coordinatorEnded(ChildProcess.End, at: Instant)
        case fleetSaid(Int, FleetLine)
        case fleetEnded(Int, ChildProcess.End)
        case interrupted
    }

    private let load: Load
    private let place: LoadPlace
    private let interruption: Interruption
    private let inbox = Mailbox<Event>(capacity: 1 << 12)
    private let coordinator: CoordinatorProcess
    private var fleets: [FleetProcess] = []
    private var coordinatorEnd: (end: ChildProcess.End, at: Instant)?
    private var endedFleets: Set<Int> = []
    private var lastMove = ContinuousClock.now
    /// What the coordinator had used when it was looked at last.
    private var usage: ProcessUsage?
    private var peakMemoryBytes = 0
    /// When the first task was assigned, and when the last one was done.
    private var usageAtFirst: ProcessUsage?
    private var usageAtLast: ProcessUsage?

    /// - Throws: `BenchFailure` where the coordinator or the fleet fails, or nothing moves any more; `Interrupted`.
    static func measure(_ program: String, _ load: Load, _ interruption: Interruption) throws -> RunFigures {
        let place = try LoadPlace(load)
        defer { place.remove() }
        let invited = try place.admitWorkers(load.workers, interruption)
        let run = try OrchestratorRun(program, load, place, interruption)
        defer { run.end() }
        return try interruption.whileWatching({ [inbox = run.inbox] in inbox.put(.interrupted) }) {
            try run.measure(invited)
        }
    }

    private init(_ program: String, _ load: Load, _ place: LoadPlace, _ interruption: Interruption) throws {
        self.load = load
        self.place = place
        self.interruption = interruption
        coordinator = try CoordinatorProcess(program, at: place) { [inbox] in
            inbox.put(.coordinatorEnded($0, at: .monotonicNow))
        }
    }

    private func measure(_ invited: [(name: KeyName, keys: CurveKeyPair)]) throws -> RunFigures {
        var invitation: JoinToken?
        while invitation == nil {
            try awaitEvents(for: .milliseconds(50))
            if let (end, _) = coordinatorEnd { throw failure("ended with \(end.text) before it took any worker") }
            invitation = try coordinator.invitation()
        }
        try startFleets(invited, invitation!)
        while coordinatorEnd == nil {
            try awaitEvents(for: .milliseconds(50))
            lookAtCoordinator()
        }
        return try figures(of: try reports())
    }

    /// All processes are there before the first one connects: to start them takes processors.
    private func startFleets(_ invited: [(name: KeyName, keys: CurveKeyPair)], _ invitation: JoinToken) throws {
        let sizes = load.fleetSizes
        for index in sizes.indices {
            fleets.append(
                try FleetProcess(
                    say: { [inbox] in inbox.put(.fleetSaid(index, $0)) },
                    whenEnded: { [inbox] in inbox.put(.fleetEnded(index, $0)) }))
        }
        var rest = invited[...]
        for (fleet, size) in zip(fleets, sizes) {
            let members = try rest.prefix(size).map { name, keys in
                let token = try JoinToken(
                    endpoint: invitation.endpoint, coordinatorKey: invitation.coordinatorKey, workerKeys: keys)
                return FleetOrder.Member(name: name.rawValue, token: token.encoded)
            }
            rest = rest.dropFirst(size)
            try fleet.start(FleetOrder(slots: load.slots, members: members))
        }
    }
}

// MARK: - What happens meanwhile

extension OrchestratorRun {
    /// Takes what has come, and what comes within `duration`.
    private func awaitEvents(for duration: Duration) throws {
        try interruption.check()
        for event in inbox.take(until: .now + duration) {
            switch event {
            case .coordinatorEnded(let end, let instant): coordinatorEnd = (end, instant)
            case .fleetSaid(let index, let line): try take(line, from: index)
            case .fleetEnded(let index, let end):
                endedFleets.insert(index)
                guard fleets[index].line.report != nil else {
                    throw BenchFailure("a process of the fleet ended with \(end.text); what it said is above")
                }
            case .interrupted: throw Interrupted()
            }
        }
        guard ContinuousClock.now - lastMove < load.timeout else {
            let seconds = Int(load.timeout / .seconds(1))
            throw failure("stands still: nothing came from it for \(seconds) s, with \(stand)")
        }
    }

    private func take(_ line: FleetLine, from index: Int) throws {
        if let why = line.failure { throw failure("lost its fleet, of which one says: \(why)") }
        fleets[index].line = line
        lastMove = .now
        lookAtCoordinator()
        if usageAtFirst == nil, line.firstAssignment != nil { usageAtFirst = usage }
        if usageAtLast == nil, endsStored >= load.tasks { usageAtLast = usage }
    }

    /// A coordinator that is gone keeps what it had used when it was seen last.
    private func lookAtCoordinator() {
        usage = coordinator.usage() ?? usage
        peakMemoryBytes = max(peakMemoryBytes, coordinator.peakMemoryBytes() ?? 0)
    }

    private var endsStored: Int { fleets.map(\.line.endsStored).reduce(0, +) }

    private var stand: String {
        "\(fleets.map(\.line.joined).reduce(0, +)) of \(load.workers) workers joined and "
            + "\(endsStored) of \(load.tasks) tasks done"
    }

    /// The coordinator's own words are the best that can be said.
    private func failure(_ what: String) -> BenchFailure {
        BenchFailure("the coordinator \(what)\(place.lastWords)")
    }

    /// Ends every process that still runs.
    private func end() {
        coordinator.child.end()
        for fleet in fleets {
            fleet.child.send(signal: SIGKILL)
            fleet.child.closeInput()
            fleet.child.wait()
        }
    }
}

// MARK: - What comes of it

extension OrchestratorRun {
    /// The last word of each process of the fleet.
    private func reports() throws -> [FleetLine] {
        if let (end, _) = coordinatorEnd, end != .exited(0) {
            throw failure("ended with \(end.text), with \(stand)")
        }
        lastMove = .now
        for fleet in fleets { fleet.child.closeInput() }
        while endedFleets.count < fleets.count { try awaitEvents(for: .milliseconds(50)) }
        return fleets.map(\.line)
    }

    private func figures(of lines: [FleetLine]) throws -> RunFigures {
        var report = LoadReport()
        for line in lines { report.add(line.report ?? LoadReport()) }
        guard report.endsStored >= load.tasks, report.recordsStored >= load.records,
            let first = report.firstAssignment, let last = report.lastEnd, let usageAtFirst, let usage,
            let (_, exit) = coordinatorEnd
        else { throw failure("ended, and its workers have its word for \(report.endsStored) tasks only") }
        return RunFigures(
            load, report, seconds: Double(last - first) / 1e9, exitSeconds: Double(exit.nanoseconds - last) / 1e9,
            ticks: (usageAtLast ?? usage).since(usageAtFirst),
            fleetSeconds: lines.compactMap(\.processorSeconds).reduce(0, +), peakMemoryBytes: peakMemoryBytes,
            journalBytes: place.journalBytes)
    }
}

extension ChildProcess.End {
    fileprivate var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}
