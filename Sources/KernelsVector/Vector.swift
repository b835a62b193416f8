import Kernels

/// The floats of one register. `Instructions` says how many, and computes with them: eight in one module, sixteen in
/// the other.
struct Vector: WinogradValue {
    let lanes: Instructions.Floats

    @_transparent
    init(_ lanes: Instructions.Floats) { self.lanes = lanes }

    @_transparent
    init(repeating value: Float) { lanes = Instructions.broadcast(value) }

    @_transparent
    static var scalarCount: Int { Instructions.laneCount }

    @_transparent
    static func + (left: Vector, right: Vector) -> Vector { Vector(Instructions.add(left.lanes, right.lanes)) }

    @_transparent
    static func - (left: Vector, right: Vector) -> Vector { Vector(Instructions.subtract(left.lanes, right.lanes)) }

    @_transparent
    static func * (left: Vector, right: Vector) -> Vector { Vector(Instructions.multiply(left.lanes, right.lanes)) }

    @_transparent
    static func / (left: Vector, right: Vector) -> Vector { Vector(Instructions.divide(left.lanes, right.lanes)) }

    @_transparent
    func addingProduct(_ left: Vector, _ right: Vector) -> Vector {
        Vector(Instructions.multiplyAndAdd(left.lanes, right.lanes, lanes))
    }

    @_transparent
    func squareRoot() -> Vector { Vector(Instructions.squareRoot(lanes)) }

    @_transparent
    var magnitude: Vector { Vector(Instructions.magnitude(lanes)) }

    @_transparent
    var isBelowZeroAnywhere: Bool { Instructions.isBelowZeroAnywhere(lanes) }

    /// A square block of as many rows and columns as a vector has lanes.
    @_transparent
    static func transpose(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        Instructions.transpose(source, sourceStride, target, targetStride)
    }

    /// left > right ? yes : no
    @_transparent
    static func choose(_ left: Vector, isAbove right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(Instructions.chooseGreater(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Vector, else no: Vector) -> Vector {
        Vector(Instructions.chooseEqual(left.lanes, right.lanes, yes.lanes, no.lanes))
    }
}

/// An integer for each lane of a vector.
struct Integers {
    let lanes: Instructions.Integers

    @_transparent
    init(_ lanes: Instructions.Integers) { self.lanes = lanes }

    @_transparent
    init(repeating value: Int32) { lanes = Instructions.broadcast(value) }

    /// left == right ? yes : no
    @_transparent
    static func choose(_ left: Vector, equals right: Vector, _ yes: Integers, else no: Integers) -> Integers {
        Integers(Instructions.chooseEqual(left.lanes, right.lanes, yes.lanes, no.lanes))
    }

    /// The low byte of each lane.
    @_transparent
    var bytes: Instructions.Bytes { Instructions.lowBytes(lanes) }
}
