/// Durations of the same work, in seconds.
struct Samples {
    private(set) var values: [Double] = []

    mutating func add(_ seconds: Double) { values.append(seconds) }

    mutating func add(_ others: Samples) { values += others.values }

    var total: Double { values.reduce(0, +) }

    /// The least disturbed one; 0 without samples.
    var best: Double { values.min() ?? 0 }

    /// What to expect with the disturbance that there was; 0 without samples.
    var median: Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
}

/// How long a measurement takes.
struct Effort: Sendable {
    /// Seconds of one measurement; at 0 each work is done once.
    var seconds: Double

    /// Samples of `work`, which is repeated until the time is over. A sample is a run of at least 20 µs, against which
    /// reading the clock is nothing, divided by the calls in it.
    func measure(_ work: () -> Void) -> Samples {
        var samples = Samples()
        samples.add(seconds(of: 1, work))
        guard seconds > 0 else { return samples }
        // The first call finds cold caches, and any one call may be interrupted.
        let once = min(seconds(of: 1, work), seconds(of: 1, work))
        let calls = max(1, Int(20e-6 / max(once, 1e-9)))
        samples = Samples()
        let end = ContinuousClock.now + .seconds(seconds)
        repeat { samples.add(seconds(of: calls, work) / Double(calls)) } while ContinuousClock.now < end
        return samples
    }

    private func seconds(of calls: Int, _ work: () -> Void) -> Double {
        let start = ContinuousClock.now
        for _ in 0..<calls { work() }
        return (ContinuousClock.now - start) / .seconds(1)
    }
}
