/// An age comparison's figures, as they are printed.
struct AgeRates: Encodable {
    /// How many steps the aged trainer made; the fresh one made as many.
    let steps: Int
    /// Images a second.
    let aged: Pair
    let fresh: Pair
    /// Above 1 where the aged trainer is the faster one.
    let agedOverFresh: Pair

    struct Pair: Encodable {
        let mean: Double
        let median: Double
    }

    private init(steps: Int, aged: Pair, fresh: Pair) {
        self.steps = steps
        self.aged = aged
        self.fresh = fresh
        agedOverFresh = Pair(mean: aged.mean / fresh.mean, median: aged.median / fresh.median)
    }

    init(_ comparison: AgeComparison) {
        self.init(
            steps: comparison.aged.values.count,
            aged: Pair(comparison.aged, batchSize: comparison.batchSize),
            fresh: Pair(comparison.fresh, batchSize: comparison.batchSize))
    }

    /// The rates of all trainers together; `nil` where none was compared.
    init?(sumOf rates: [Self]) {
        guard !rates.isEmpty else { return nil }
        self.init(
            steps: rates.map(\.steps).reduce(0, +), aged: Pair(sumOf: rates.map(\.aged)),
            fresh: Pair(sumOf: rates.map(\.fresh)))
    }

    /// What is printed beside the images a second.
    var ratioText: String {
        let (mean, median) = (fixed(agedOverFresh.mean, 3), fixed(agedOverFresh.median, 3))
        return "\(mean) (mean), \(median) (median), \(steps) steps each in turn"
    }
}

extension AgeRates.Pair {
    fileprivate init(_ steps: Samples, batchSize: Int) {
        mean = Double(batchSize * steps.values.count) / steps.total
        median = Double(batchSize) / steps.median
    }

    fileprivate init(sumOf pairs: [Self]) {
        mean = pairs.map(\.mean).reduce(0, +)
        median = pairs.map(\.median).reduce(0, +)
    }
}
