/// Numbers between −1 and 1 by a formula: the same in every run and on every host.
package struct FormulaNumbers {
    private var state: UInt32

    package init(_ seed: UInt32) {
        state = seed
    }

    package mutating func next() -> Float {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state) >> 8) * 0x1p-23
    }

    package mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

    package mutating func fill(
        _ buffer: UnsafeMutablePointer<Float>, _ count: Int, scale: Float = 1, offset: Float = 0
    ) {
        for index in 0..<count { buffer[index] = offset + scale * next() }
    }
}
