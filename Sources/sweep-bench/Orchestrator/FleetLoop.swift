import DispatchLoad
import Experiment
import Logging
import Messages
import Scheduling
import Transport
import Wire

/// What happens to a fleet.
enum FleetEvent: Sendable {
    case ordered(FleetOrder)
    /// The measurement is over, or the process that measures is gone.
    case over
    case dealer(Int, DealerEvent, arrival: Instant)
}

/// The thread of a fleet's process: takes what arrived, asks the workers, and sends what they say.
final class FleetLoop {
    private let inbox: Mailbox<FleetEvent>
    private let say: (FleetLine) throws -> Void
    private var members: [FleetMember] = []
    private var report = LoadReport()
    private var pace = SayingPace()
    private var nextTimers = ContinuousClock.now
    private var processorAtFirst: Double?
    private var processorAtLast: Double?

    private static let timerInterval = Duration.milliseconds(100)
    /// After which a queue that was full is tried again.
    private static let retryInterval = Duration.milliseconds(1)

    /// - Parameter say: tells the process that measures.
    init(_ inbox: Mailbox<FleetEvent>, say: @escaping (FleetLine) throws -> Void) {
        self.inbox = inbox
        self.say = say
    }

    /// Returns when the measurement is over.
    ///
    /// - Throws: where a worker cannot take part, or nobody listens to `say`.
    func run() throws {
        defer { for member in members { member.dealer.stop(flushing: .zero) } }
        while true {
            let events = inbox.take(until: wakeTime)
            for event in events {
                switch event {
                case .ordered(let order): try start(order)
                case .over: return try say(lastLine)
                case .dealer(let index, let event, let arrival): try handle(event, of: index, arrivedAt: arrival)
                }
            }
            for index in members.indices where members[index].hasUnsent { members[index].sendWhatFits() }
            passTime()
            try sayIfDue(isQuiet: events.isEmpty)
        }
    }

    private var wakeTime: ContinuousClock.Instant {
        let wake = pace.hasNews(report) ? min(nextTimers, .now + SayingPace.quiet) : nextTimers
        return members.contains(where: \.hasUnsent) ? min(wake, .now + Self.retryInterval) : wake
    }

    private func start(_ order: FleetOrder) throws {
        for (index, member) in order.members.enumerated() {
            guard let name = WorkerID(rawValue: member.name) else { throw BenchFailure("no name: \(member.name)") }
            let dealer = Dealer(
                token: try JoinToken(decoding: member.token),
                inlet: inbox.inlet { .dealer(index, $0, arrival: .monotonicNow) },
                logger: Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() })
            try dealer.start()
            members.append(
                FleetMember(name: name, dealer: dealer, worker: NoOpWorker(slots: order.slots, now: .monotonicNow)))
        }
    }

    private func handle(_ event: DealerEvent, of index: Int, arrivedAt arrival: Instant) throws {
        switch event {
        case .connected:
            members[index].send(members[index].worker.connected(at: .monotonicNow, counting: &report))
        case .disconnected:
            members[index].dropUnsent()
            members[index].worker.disconnected(at: .monotonicNow, counting: &report)
        case .refused(let reason): throw BenchFailure("the coordinator does not let a worker in: \(reason)")
        // Whether the coordinator is gone is known to the process that started it.
        case .unreachable: break
        case .message(let bytes):
            let answer = members[index].worker.receive(
                try CoordinatorMessage(decoding: bytes), arrivedAt: arrival, now: .monotonicNow, counting: &report)
            members[index].send(answer)
            if let reason = members[index].worker.refusal { throw BenchFailure("the coordinator refused: \(reason)") }
        }
    }

    private func passTime() {
        guard ContinuousClock.now >= nextTimers else { return }
        nextTimers = .now + Self.timerInterval
        let now = Instant.monotonicNow
        for index in members.indices {
            guard let deadline = members[index].worker.nextDeadline, deadline <= now else { continue }
            members[index].send(members[index].worker.timePassed(at: now, counting: &report))
        }
    }
}

// MARK: - What it says

extension FleetLoop {
    private func sayIfDue(isQuiet: Bool) throws {
        guard pace.isDue(report, isQuiet: isQuiet, at: .now) else { return }
        let now = ownProcessorSeconds()
        if report.firstAssignment != nil { processorAtFirst = processorAtFirst ?? now }
        processorAtLast = now
        pace.said(report, at: .now)
        try say(line)
    }

    private var line: FleetLine {
        FleetLine(
            joined: report.joined, endsStored: report.endsStored, firstAssignment: report.firstAssignment)
    }

    private var lastLine: FleetLine {
        var line = line
        line.report = report
        line.processorSeconds = processorAtFirst.flatMap { first in processorAtLast.map { $0 - first } }
        return line
    }
}

/// When a fleet says how far it is: at its first assignment, when nothing more comes for a moment, as after the last
/// task, and otherwise ten times a second.
private struct SayingPace {
    static let quiet = Duration.milliseconds(2)
    private static let interval = Duration.milliseconds(100)

    private var joined = 0
    private var endsStored = 0
    private var hasBegun = false
    private var next = ContinuousClock.now

    func hasNews(_ report: LoadReport) -> Bool {
        report.joined != joined || report.endsStored != endsStored || hasBegun != (report.firstAssignment != nil)
    }

    func isDue(_ report: LoadReport, isQuiet: Bool, at now: ContinuousClock.Instant) -> Bool {
        hasNews(report) && (isQuiet || now >= next || hasBegun != (report.firstAssignment != nil))
    }

    mutating func said(_ report: LoadReport, at now: ContinuousClock.Instant) {
        (joined, endsStored, hasBegun) = (report.joined, report.endsStored, report.firstAssignment != nil)
        next = now + Self.interval
    }
}
