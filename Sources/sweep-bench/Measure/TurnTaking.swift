import ChildProcesses
import Foundation

/// Two threads on one core, of which one works at a time: work that is compared then meets the same disturbance.
///
/// Unchecked: all state is guarded by `condition`.
final class TurnTaking: @unchecked Sendable {
    private enum Side {
        case first, second

        var other: Side { self == .first ? .second : .first }
    }

    private let condition = NSCondition()
    private var turn = Side.first
    private var hasSomeoneLeft = false

    private init() {}

    /// Runs `first` on the calling thread and `second` on one that it makes, which inherits its cores. `first` begins.
    /// Each calls `pass` to let the other go on, and comes back from it when the other has passed or ended.
    ///
    /// - Throws: what either throws, after both have ended.
    static func run<First, Second: Sendable>(
        first: (_ pass: () -> Void) throws -> First,
        second: @escaping @Sendable (_ pass: () -> Void) throws -> Second
    ) throws -> (First, Second) {
        let turns = TurnTaking(), end = Rendezvous(members: 2), results = ResultBox<Second>()
        NamedThread.detach(named: "second-in-turn") {
            turns.wait(for: .second)
            let result = Result { try second { turns.pass(from: .second) } }
            results.set(result, at: 0)
            turns.leave(.second)
            end.wait()
        }
        let result = Result { try first { turns.pass(from: .first) } }
        turns.leave(.first)
        end.wait()
        return (try result.get(), try results.get(0))
    }

    private func wait(for side: Side) {
        condition.lock()
        defer { condition.unlock() }
        while turn != side { condition.wait() }
    }

    private func pass(from side: Side) {
        condition.lock()
        defer { condition.unlock() }
        guard !hasSomeoneLeft else { return }
        turn = side.other
        condition.signal()
        while turn != side { condition.wait() }
    }

    /// Hands the turn over for good.
    private func leave(_ side: Side) {
        condition.lock()
        defer { condition.unlock() }
        hasSomeoneLeft = true
        turn = side.other
        condition.signal()
    }
}
