import Foundation

/// Threads that share the units of a loop. Which thread takes which unit is left to chance, so a unit's result must not
/// depend on it.
package final class ThreadTeam {
    /// Threads at work, the caller's among them.
    package let count: Int
    private let board = WorkBoard()

    package init(count: Int) {
        precondition(count >= 1, "a team has at least one thread, not \(count)")
        self.count = count
        for member in 1..<count {
            let thread = Thread { [board] in board.work(member: member) }
            thread.name = "trainer-\(member)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        board.dismiss(members: count - 1)
    }

    /// Calls `body` once for each unit and returns when all are done. `member`, below `count`, is the thread.
    package func forEach(_ units: Int, _ body: (_ unit: Int, _ member: Int) -> Void) {
        guard count > 1, units > 1 else {
            for unit in 0..<units { body(unit, 0) }
            return
        }
        withoutActuallyEscaping(body) { board.run(units: units, $0) }
    }
}

/// The loop that a team works on.
///
/// Unchecked: all state is guarded by `condition`. The body is called on several threads, but only between `run`'s
/// start and its return, while the thread that owns what it captures waits or works on units of its own.
private final class WorkBoard: @unchecked Sendable {
    private let condition = NSCondition()
    private var body: ((Int, Int) -> Void)?
    private var next = 0
    private var units = 0
    private var unfinished = 0
    private var isDismissed = false
    private var departed = 0

    func run(units: Int, _ body: @escaping (Int, Int) -> Void) {
        condition.lock()
        self.body = body
        self.units = units
        next = 0
        unfinished = units
        condition.broadcast()
        takeUnits(member: 0)
        while unfinished > 0 { condition.wait() }
        self.body = nil
        condition.unlock()
    }

    func work(member: Int) {
        condition.lock()
        while !isDismissed {
            takeUnits(member: member)
            condition.wait()
        }
        departed += 1
        condition.broadcast()
        condition.unlock()
    }

    func dismiss(members: Int) {
        condition.lock()
        isDismissed = true
        condition.broadcast()
        while departed < members { condition.wait() }
        condition.unlock()
    }

    /// Called and left with the lock held; runs the units without it.
    private func takeUnits(member: Int) {
        while let body, next < units {
            let unit = next
            next += 1
            condition.unlock()
            body(unit, member)
            condition.lock()
            unfinished -= 1
            if unfinished == 0 { condition.broadcast() }
        }
    }
}
