/// PyTorch's CPU generator: MT19937 seeded with the low 32 bits of the seed.
///
/// Source: pytorch/pytorch, aten/src/ATen/core/MT19937RNGEngine.h and aten/src/ATen/CPUGeneratorImpl.cpp.
public struct MersenneTwister: Sendable, Hashable {
    /// Words of state.
    package static let stateCount = 624
    private static let middle = 397

    package private(set) var state: [UInt32]
    /// Words of `state` that were drawn; `stateCount` asks for the next generation.
    package private(set) var position: Int

    public init(seed: UInt64) {
        state = [UInt32(truncatingIfNeeded: seed)]
        state.reserveCapacity(Self.stateCount)
        for index in 1..<Self.stateCount {
            let previous = state[index - 1]
            state.append(1_812_433_253 &* (previous ^ previous >> 30) &+ UInt32(index))
        }
        position = Self.stateCount
    }

    /// A generator as it was; `nil` unless there are 624 words and the position is within them.
    package init?(state: [UInt32], position: Int) {
        guard state.count == Self.stateCount, (0...Self.stateCount).contains(position) else { return nil }
        self.state = state
        self.position = position
    }

    /// The next 32 bits.
    public mutating func next32() -> UInt32 {
        if position == Self.stateCount { advance() }
        var word = state[position]
        position += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    /// Two draws, the first one in the high half.
    public mutating func next64() -> UInt64 {
        let high = UInt64(next32())
        return high << 32 | UInt64(next32())
    }

    /// `torch.Tensor.uniform_(from, to)` for one element of a float tensor: 24 bits, and a fused multiply-add as in
    /// PyTorch's x86-64 builds; a value that rounds up to `upper` becomes `lower`.
    public mutating func uniform(from lower: Float, to upper: Float) -> Float {
        let fraction = Float(next32() & 0xff_ffff) * 0x1p-24
        let value = lower.addingProduct(fraction, upper - lower)
        return value == upper ? lower : value
    }

    /// `torch.randperm(count)`. Source: aten/src/ATen/native/TensorFactories.cpp, `randperm_cpu`.
    public mutating func permutation(count: Int) -> [Int32] {
        precondition(count < 214_748_364, "PyTorch draws 64 bits an element from here on")
        var order = (0..<Int32(count)).map { $0 }
        for index in 0..<max(count - 1, 0) {
            order.swapAt(index, index + Int(next32() % UInt32(count - index)))
        }
        return order
    }

    private mutating func advance() {
        let count = Self.stateCount
        state.withUnsafeMutableBufferPointer { words in
            for index in 0..<count {
                let mixed = words[index] & 0x8000_0000 | words[(index + 1) % count] & 0x7fff_ffff
                let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_b0df
                words[index] = words[(index + Self.middle) % count] ^ mixed >> 1 ^ twist
            }
        }
        position = 0
    }
}
