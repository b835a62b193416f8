/// The probabilities of a run of whole numbers.
struct WholeNumberDistribution {
    /// Values at the ends that are less probable than this are left out. A test set of 10,000 images leaves out some
    /// thousand values in all.
    private static let negligible = 1e-25

    /// The number that the first probability is of.
    private(set) var least: Int
    private(set) var probabilities: [Double]

    /// At least one probability is not negligible.
    init(least: Int, probabilities: [Double]) {
        let kept = probabilities.indices.filter { probabilities[$0] > Self.negligible }
        self.least = least + kept.first!
        self.probabilities = Array(probabilities[kept.first!...kept.last!])
    }

    /// The distribution of the sum of two independent numbers. Every probability is added in one order.
    private func adding(_ other: WholeNumberDistribution) -> WholeNumberDistribution {
        var sums = Array(repeating: 0.0, count: probabilities.count + other.probabilities.count - 1)
        sums.withUnsafeMutableBufferPointer { sums in
            other.probabilities.withUnsafeBufferPointer { others in
                for (place, probability) in probabilities.enumerated() {
                    for offset in others.indices { sums[place + offset] += probability * others[offset] }
                }
            }
        }
        return WholeNumberDistribution(least: least + other.least, probabilities: sums)
    }

    /// The distribution of the sum of `count` ≥ 1 independent numbers, by doubling along the binary digits of `count`.
    func sum(ofCopies count: Int) -> WholeNumberDistribution {
        var total = self
        for bit in (0..<(Int.bitWidth - count.leadingZeroBitCount - 1)).reversed() {
            total = total.adding(total)
            if count >> bit & 1 == 1 { total = total.adding(self) }
        }
        return total
    }

    /// The least x with P(X ≤ x) ≥ `tail`.
    func lowerQuantile(_ tail: Double) -> Int {
        least + Self.place(in: probabilities, of: tail)
    }

    /// The largest x with P(X ≥ x) ≥ `tail`: the mirror image of `lowerQuantile`.
    func upperQuantile(_ tail: Double) -> Int {
        least + probabilities.count - 1 - Self.place(in: probabilities.reversed(), of: tail)
    }

    private static func place(in probabilities: some Collection<Double>, of tail: Double) -> Int {
        var sum = 0.0
        for (place, probability) in probabilities.enumerated() {
            sum += probability
            if sum >= tail { return place }
        }
        return probabilities.count - 1
    }
}
