import Foundation
import Statistics

/// Random numbers for tests; every failure prints the seed.
struct TestRandom {
    private var stream: ResamplingStream

    init(seed: UInt64) { stream = ResamplingStream(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ 0x5eed) }

    /// Above 0, below 1.
    mutating func uniform() -> Double { (Double(stream.next() >> 12) + 0.5) * 0x1p-52 }

    mutating func index(below count: Int) -> Int { stream.index(below: count) }

    /// Box and Muller's.
    mutating func normal(mean: Double = 0, deviation: Double = 1) -> Double {
        mean + deviation * (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
    }

    /// Accuracies in percent with two decimals, and a second point that shares a part of each seed's luck.
    mutating func accuracies(_ n: Int, effect: Double = 0.3) -> PairedSample {
        var (first, second): ([Double], [Double]) = ([], [])
        for _ in 0..<n {
            let shared = normal(mean: 71)
            first.append(((shared + normal(mean: effect, deviation: 0.3)) * 100).rounded() / 100)
            second.append(((shared + normal(deviation: 0.3)) * 100).rounded() / 100)
        }
        return PairedSample(first: first, second: second)
    }

    mutating func shuffled<Element>(_ values: [Element]) -> [Element] {
        var values = values
        for last in values.indices.dropFirst().reversed() { values.swapAt(last, index(below: last + 1)) }
        return values
    }

    mutating func outcomes(_ ease: [Double]) -> ImageOutcomes { ImageOutcomes(ease.map { uniform() < $0 }) }
}
