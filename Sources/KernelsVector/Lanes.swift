// Vectors in memory. Only operations that the compiler inlines are used in this module: a shared specialisation of the
// standard library, compiled for this instruction set, could otherwise be linked into code for every processor.

/// The first index of each vector of a range. Not `stride`, whose iterator is not always inlined.
struct VectorStarts: Sequence, IteratorProtocol {
    private var index: Int
    private let end: Int

    @inline(__always)
    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    @inline(__always)
    mutating func next() -> Int? {
        guard index < end else { return nil }
        defer { index += Vector.scalarCount }
        return index
    }
}

@_transparent
func load(_ start: UnsafePointer<Float>, _ index: Int) -> Vector {
    Vector(UnsafeRawPointer(start + index).loadUnaligned(as: type(of: Vector.zero.lanes)))
}

@_transparent
func store(_ vector: Vector, _ start: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(start + index).storeBytes(of: vector.lanes, as: type(of: vector.lanes))
}

extension Vector {
    @_transparent
    static var zero: Vector { Vector(repeating: 0) }

    @_transparent
    static func += (left: inout Vector, right: Vector) { left = left + right }

    @_transparent
    static func * (left: Float, right: Vector) -> Vector { Vector(repeating: left) * right }

    @_transparent
    static prefix func - (vector: Vector) -> Vector { Vector(repeating: -0.0) - vector }

    @_transparent
    func addingProduct(_ left: Float, _ right: Vector) -> Vector { addingProduct(Vector(repeating: left), right) }

    @_transparent
    mutating func addProduct(_ left: Vector, _ right: Vector) { self = addingProduct(left, right) }
}

/// The greater one; the second where they do not compare. As a comparison and not a `max`, whose answer to NaN and −0
/// differs between processors.
@_transparent
func higher(_ first: Vector, _ second: Vector) -> Vector {
    Vector.choose(first, isAbove: second, first, else: second)
}

/// The lesser one; the second where they do not compare.
@_transparent
func lower(_ first: Vector, _ second: Vector) -> Vector {
    Vector.choose(second, isAbove: first, first, else: second)
}

/// `value`, but 0 where it is below; NaN stays NaN.
@_transparent
func rectified(_ value: Vector) -> Vector { higher(Vector.zero, value) }

/// `value`, but 0 where it is less than `least`; NaN stays NaN.
@_transparent
func kept(_ value: Vector, atLeast least: Vector) -> Vector {
    Vector.choose(least, isAbove: value.magnitude, Vector.zero, else: value)
}

/// The order of `interleavedSum` in `Kernels`, one channel a lane.
@inline(__always)
func interleavedSum(_ count: Int, _ step: (_ sum: inout Vector, _ index: Int) -> Void) -> Vector {
    var sum0 = Vector.zero, sum1 = Vector.zero, sum2 = Vector.zero, sum3 = Vector.zero
    var index = 0
    while index + 4 <= count {
        step(&sum0, index)
        step(&sum1, index + 1)
        step(&sum2, index + 2)
        step(&sum3, index + 3)
        index += 4
    }
    if index < count { step(&sum0, index) }
    if index + 1 < count { step(&sum1, index + 1) }
    if index + 2 < count { step(&sum2, index + 2) }
    return (sum0 + sum1) + (sum2 + sum3)
}
