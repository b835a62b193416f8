import Foundation

/// A place where threads wait until all of them are there, so that they start to work at the same time.
///
/// Unchecked: all state is guarded by `condition`.
final class Rendezvous: @unchecked Sendable {
    private let condition = NSCondition()
    private let members: Int
    private var waiting = 0
    private var round = 0

    init(members: Int) {
        self.members = members
    }

    func wait() {
        condition.lock()
        defer { condition.unlock() }
        let mine = round
        waiting += 1
        guard waiting < members else {
            waiting = 0
            round += 1
            condition.broadcast()
            return
        }
        while round == mine { condition.wait() }
    }
}
