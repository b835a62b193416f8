/// What the socket thread runs: it sleeps until something is ready, and then every member has its turn.
///
/// Confined to that thread: commands reach it as closures through a `CommandQueue`, in which they wait for their turn.
final class SocketLoop {
    private struct Membership {
        let id: Int
        let member: any SocketMember
        var whenFinished: (@Sendable () -> Void)?
    }

    let queue: CommandQueue
    private var memberships: [Membership] = []
    private var poll = PollSet()
    private var keyCheck: KeyCheckService?

    init(queue: CommandQueue) {
        self.queue = queue
    }

    func run() {
        while !queue.isEnded {
            poll.removeAll()
            poll.add(descriptor: queue.wake.descriptor)
            keyCheck?.addInterests(to: &poll)
            for membership in memberships { membership.member.addInterests(to: &poll) }
            poll.wait(until: memberships.compactMap(\.member.nextDeadline).min())
            turn()
        }
        precondition(memberships.isEmpty, "the socket thread ends while \(memberships.count) endpoints are open")
    }

    func add(_ member: any SocketMember, id: Int) {
        memberships.append(Membership(id: id, member: member))
    }

    /// Calls `whenFinished` once the member has closed; at once if it is not there.
    func stop(id: Int, flushingUntil deadline: ContinuousClock.Instant, whenFinished: @escaping @Sendable () -> Void) {
        guard let index = memberships.firstIndex(where: { $0.id == id }) else { return whenFinished() }
        memberships[index].whenFinished = whenFinished
        memberships[index].member.stop(flushingUntil: deadline)
    }

    /// The process's key check, running from the first call on: before any socket is bound that needs it.
    func keyCheckService() throws(TransportError) -> KeyCheckService {
        if let keyCheck { return keyCheck }
        let service = try KeyCheckService()
        keyCheck = service
        return service
    }

    /// The order is fixed: commands, key checks, then the members in the order in which they joined.
    private func turn() {
        for command in queue.takeAll() { command(self) }
        keyCheck?.turn()
        let now = ContinuousClock.now
        for membership in memberships { membership.member.turn(at: now) }
        for membership in memberships where membership.member.isFinished { membership.whenFinished?() }
        memberships.removeAll { $0.member.isFinished }
    }
}
