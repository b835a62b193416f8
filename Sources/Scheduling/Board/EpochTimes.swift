import Experiment

/// How long an attempt may go on without a record, by what others took for an epoch.
///
/// A worker that holds a task and does not train it can send heartbeats for ever. Hosts differ, and many trainers may
/// share one; so the bounds are far above what is seen, and tell a standstill from a slow host. What counts is the
/// slowest epoch of another key, lest somebody stretches his own bound by bringing each record later than the last.
package struct EpochTimes: Sendable {
    package static let factor = 20
    /// Reading images, fetching a checkpoint, and hosts that are busy with something else.
    package static let shortest = Duration.seconds(600)
    /// Of a point of which no epoch is known: it may be a hundred times another one's.
    package static let factorOfOthers = 100
    package static let shortestOfOthers = Duration.seconds(4 * 3600)

    private struct Point: Hashable, Sendable {
        let parameters: TaskParameters
        let data: DataDigest

        init(_ task: SweepTask) {
            var parameters = task.parameters
            parameters.seed = 0
            self.parameters = parameters
            data = task.dataDigest
        }
    }

    /// The slowest epochs of two keys: of any key, and of any other one.
    private struct Slowest: Sendable {
        private typealias Entry = (identity: WorkerIdentity, time: Duration)
        private var first: Entry?
        private var second: Entry?

        mutating func record(_ time: Duration, by identity: WorkerIdentity) {
            if let first, first.identity != identity {
                if time > first.time {
                    (self.first, second) = ((identity, time), first)
                } else if time > second?.time ?? .zero {
                    second = (identity, time)
                }
            } else {
                first = (identity, max(first?.time ?? .zero, time))
            }
        }

        /// Of another key where there is one.
        func time(for identity: WorkerIdentity) -> Duration? {
            first?.identity == identity ? (second ?? first)?.time : first?.time
        }
    }

    private var points: [Point: Slowest] = [:]
    private var all = Slowest()

    package init() {}

    /// An epoch of the task took a worker of this key so long.
    package mutating func record(_ time: Duration, of task: SweepTask, by identity: WorkerIdentity) {
        points[Point(task), default: Slowest()].record(time, by: identity)
        all.record(time, by: identity)
    }

    /// How long others who have nothing to do wait for a record of an attempt; zero where nobody else's epoch is known.
    package func patience(with identity: WorkerIdentity) -> Duration {
        (all.time(for: identity) ?? .zero) * Self.factor
    }

    package func limit(of task: SweepTask, for identity: WorkerIdentity) -> Duration {
        if let time = points[Point(task)]?.time(for: identity) { return max(time * Self.factor, Self.shortest) }
        return max((all.time(for: identity) ?? .zero) * Self.factorOfOthers, Self.shortestOfOthers)
    }
}
