import Statistics

/// The random source of all that a seed decides: the built-in images, the samples of gradients, the simulated fleet and
/// tests. Its numbers never change.
package typealias SeededRandom = SplitMix64

extension SeededRandom {
    package mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    package mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    package mutating func integer(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }
}
