import Experiment

extension SeededRandom {
    package mutating func integer(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    mutating func time(_ range: ClosedRange<VirtualTime>) -> VirtualTime {
        VirtualTime(milliseconds: integer(range.lowerBound.milliseconds...range.upperBound.milliseconds))
    }
}
