import Experiment

/// How long an attempt may go on without a record, by what others took for an epoch.
///
/// A worker that holds a task and does not train it can send heartbeats for ever. Hosts differ, and many trainers may
/// share one; so the bounds are far above what is seen, and tell a standstill from a slow host. Each key has one voice,
/// its slowest epoch, and the median of the others' voices counts: nobody stretches his own bound by bringing each
/// record later than the last, or takes others' tasks from them by bringing made-up records at once.
package struct EpochTimes: Sendable {
    package static let factor = 20
    /// Reading images, fetching a checkpoint, and hosts that are busy with something else.
    package static let shortest = Duration.seconds(600)
    /// Of a point of which no epoch is known: it may be a hundred times another one's.
    package static let factorOfOthers = 100
    package static let shortestOfOthers = Duration.seconds(4 * 3600)
    /// Of so many others' voices most are honest, it is to be hoped; fewer shorten no bound.
    package static let voices = 3

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

    /// The slowest epoch of each key.
    private struct Voices: Sendable {
        private var times: [WorkerIdentity: Duration] = [:]
        private var sorted: [Duration] = []

        mutating func record(_ time: Duration, by identity: WorkerIdentity) {
            if let before = times[identity] {
                guard time > before else { return }
                sorted.remove(at: place(of: before))
            }
            times[identity] = time
            sorted.insert(time, at: place(of: time))
        }

        func count(besides identity: WorkerIdentity) -> Int { sorted.count - (times[identity] == nil ? 0 : 1) }

        /// Of two in the middle the longer one; `nil` where nobody else has a voice.
        func median(besides identity: WorkerIdentity) -> Duration? {
            let count = count(besides: identity)
            guard count > 0 else { return nil }
            let own = times[identity].map(place) ?? sorted.count
            return sorted[count / 2 < own ? count / 2 : count / 2 + 1]
        }

        /// Of the first that is not shorter.
        private func place(of time: Duration) -> Int {
            var low = 0, high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < time { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private var points: [Point: Voices] = [:]
    private var all = Voices()

    package init() {}

    /// An epoch of the task took a worker of this key so long.
    package mutating func record(_ time: Duration, of task: SweepTask, by identity: WorkerIdentity) {
        points[Point(task), default: Voices()].record(time, by: identity)
        all.record(time, by: identity)
    }

    /// How long others who have nothing to do wait for a record of an attempt; zero where nobody else's epoch is known.
    package func patience(with identity: WorkerIdentity) -> Duration {
        (all.median(besides: identity) ?? .zero) * Self.factor
    }

    package func limit(of task: SweepTask, for identity: WorkerIdentity) -> Duration {
        if let voices = points[Point(task)], let time = voices.median(besides: identity) {
            let isVoiced = voices.count(besides: identity) >= Self.voices
            return max(time * Self.factor, isVoiced ? Self.shortest : Self.shortestOfOthers)
        }
        return max((all.median(besides: identity) ?? .zero) * Self.factorOfOthers, Self.shortestOfOthers)
    }
}
