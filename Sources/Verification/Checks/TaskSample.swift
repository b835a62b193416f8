import Crypto
import Experiment

/// Which tasks are trained again.
///
/// Those whose SHA-256 of `SEED TASK` is the lowest: the same on every machine, whatever the order of the tasks, and
/// anybody can calculate it. A larger sample of the same seed has all tasks of a smaller one.
package struct TaskSample: Sendable, Equatable {
    package enum Size: Sendable, Equatable {
        case count(Int)
        /// From 0 to 1, of all tasks; rounded up, but for what a fraction has lost in a Double.
        case share(Double)
    }

    package let seed: UInt64
    package let size: Size

    package init(seed: UInt64, size: Size) {
        self.seed = seed
        self.size = size
    }

    /// In the order in which they are trained.
    package func chosen(from tasks: [TaskID]) -> [TaskID] {
        let count =
            switch size {
            case .count(let count): min(count, tasks.count)
            case .share(0): 0
            case .share(let share): min(max(1, Int((share * Double(tasks.count) - 1e-9).rounded(.up))), tasks.count)
            }
        guard count > 0 else { return [] }
        let ranked = tasks.map { (rank: hexText(SHA256.hash(data: Array("\(seed) \($0)".utf8))), task: $0) }
        return ranked.sorted { $0.rank < $1.rank }.prefix(count).map(\.task)
    }
}
