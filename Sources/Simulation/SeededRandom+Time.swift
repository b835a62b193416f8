import Experiment

extension SeededRandom {
    mutating func time(_ range: ClosedRange<VirtualTime>) -> VirtualTime {
        VirtualTime(milliseconds: integer(range.lowerBound.milliseconds...range.upperBound.milliseconds))
    }
}
