/// Numbers made by a formula; the same in every run.
struct Numbers {
    private var state: UInt32

    init(_ seed: UInt32) {
        state = seed
    }

    /// Between −1 and 1.
    mutating func next() -> Float {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state) >> 8) * 0x1p-23
    }

    mutating func fill(_ pointer: UnsafeMutablePointer<Float>, _ count: Int, scale: Float = 1, offset: Float = 0) {
        for index in 0..<count { pointer[index] = offset + scale * next() }
    }
}
