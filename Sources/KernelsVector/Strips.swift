import Kernels

/// Vectors side by side in one row.
protocol Strip {
    /// In floats.
    static var width: Int { get }
    /// All 0.
    init()
    init(loading start: UnsafePointer<Float>)
    mutating func addProduct(_ factor: Float, _ values: Self)
    func write(to start: UnsafeMutablePointer<Float>)
    static func + (left: Self, right: Self) -> Self
}

extension Strip {
    /// Writes a finished row, or adds it to what is there.
    @inline(__always)
    func finish(_ result: StridedOutput, row: Int, _ accumulating: Bool) {
        let start = result.start + row * result.rowStride
        (accumulating ? Self(loading: start) + self : self).write(to: start)
    }
}

struct OneVector: Strip {
    var vector = Vector.zero

    @inline(__always)
    init() {}

    @inline(__always)
    init(loading start: UnsafePointer<Float>) {
        vector = load(start, 0)
    }

    @inline(__always)
    mutating func addProduct(_ factor: Float, _ values: OneVector) {
        vector.addProduct(Vector(repeating: factor), values.vector)
    }

    @inline(__always)
    func write(to start: UnsafeMutablePointer<Float>) {
        store(vector, start, 0)
    }

    @inline(__always)
    static var width: Int { Vector.scalarCount }

    @inline(__always)
    static func + (left: OneVector, right: OneVector) -> OneVector {
        var sum = left
        sum.vector += right.vector
        return sum
    }
}

struct Pair<Half: Strip>: Strip {
    var low = Half(), high = Half()

    @inline(__always)
    init() {}

    @inline(__always)
    init(loading start: UnsafePointer<Float>) {
        low = Half(loading: start)
        high = Half(loading: start + Half.width)
    }

    @inline(__always)
    mutating func addProduct(_ factor: Float, _ values: Pair) {
        low.addProduct(factor, values.low)
        high.addProduct(factor, values.high)
    }

    @inline(__always)
    func write(to start: UnsafeMutablePointer<Float>) {
        low.write(to: start)
        high.write(to: start + Half.width)
    }

    @inline(__always)
    static var width: Int { 2 * Half.width }

    @inline(__always)
    static func + (left: Pair, right: Pair) -> Pair {
        var sum = left
        sum.low = left.low + right.low
        sum.high = left.high + right.high
        return sum
    }
}

typealias TwoVectors = Pair<OneVector>
typealias FourVectors = Pair<TwoVectors>
