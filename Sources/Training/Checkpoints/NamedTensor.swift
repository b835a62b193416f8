/// A tensor with its name, as a checkpoint holds it.
package struct NamedTensor: Sendable, Hashable {
    package enum Values: Sendable, Hashable {
        case floats([Float])
        case integers([Int64])
    }

    package let name: String
    /// Empty for a scalar.
    package let shape: [Int]
    package var values: Values

    package init(_ name: String, shape: [Int], values: Values) {
        self.name = name
        self.shape = shape
        self.values = values
    }

    package var floats: [Float] {
        guard case .floats(let values) = values else { preconditionFailure("\(name) holds integers") }
        return values
    }

    package var integers: [Int64] {
        guard case .integers(let values) = values else { preconditionFailure("\(name) holds floats") }
        return values
    }

    /// A tensor of floats that are all 0.
    static func zeros(_ name: String, shape: [Int]) -> NamedTensor {
        NamedTensor(name, shape: shape, values: .floats([Float](repeating: 0, count: shape.reduce(1, *))))
    }

    static func zeroIntegers(_ name: String, shape: [Int]) -> NamedTensor {
        NamedTensor(name, shape: shape, values: .integers([Int64](repeating: 0, count: shape.reduce(1, *))))
    }
}
