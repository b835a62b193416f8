import Experiment

/// One tensor of the state dictionary.
public struct TensorSpecification: Sendable, Hashable {
    /// PyTorch's name, such as `conv1.weight`.
    public let name: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// The engine keeps a tensor's axes in this order, for products with channels innermost: `nil` for PyTorch's order.
    let axes: AxisOrder?
    /// Where the tensor starts in the parameters' buffer, in floats.
    let offset: Int

    public var count: Int { shape.reduce(1, *) }
}

/// How the engine's order of a tensor differs from PyTorch's.
enum AxisOrder: Sendable, Hashable {
    /// A convolution's weights, (out, in, row, column) in PyTorch: (row, column, in, out).
    case tapsFirst
    /// The first dense layer's weights, (out, channel, row, column) in PyTorch: (row, column, channel, out).
    case inputsFirst(channels: Int)
}

/// The network's parameters in one buffer: PyTorch's names, shapes and order; running statistics are kept apart.
package struct ParameterLayout: Sendable {
    package let norm: Norm
    package let tensors: [TensorSpecification]
    /// Floats of the whole buffer; the gaps between tensors stay 0.
    package let count: Int

    package static let channels = [3, 32, 64, 128]
    package static let hiddenCount = 128
    package static let classCount = 10
    package static let imageSide = 32

    package init(norm: Norm) {
        self.norm = norm
        var tensors: [TensorSpecification] = []
        var offset = 0
        func add(_ name: String, _ shape: [Int], _ axes: AxisOrder? = nil) {
            tensors.append(TensorSpecification(name: name, shape: shape, axes: axes, offset: offset))
            offset += Arena.padded(tensors.last!.count)
        }
        for layer in 1...3 {
            let input = Self.channels[layer - 1], output = Self.channels[layer]
            add("conv\(layer).weight", [output, input, 3, 3], .tapsFirst)
            add("conv\(layer).bias", [output])
            guard norm != .none else { continue }
            add("norm\(layer).weight", [output])
            add("norm\(layer).bias", [output])
        }
        let last = Self.channels[3], side = Self.imageSide / 8
        add("fc1.weight", [Self.hiddenCount, last * side * side], .inputsFirst(channels: last))
        add("fc1.bias", [Self.hiddenCount])
        add("fc2.weight", [Self.classCount, Self.hiddenCount])
        add("fc2.bias", [Self.classCount])
        self.tensors = tensors
        count = offset
    }

    package subscript(_ name: String) -> TensorSpecification {
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            preconditionFailure("no parameter is named \(name)")
        }
        return tensor
    }

    package func contains(_ name: String) -> Bool { tensors.contains { $0.name == name } }
}

extension TensorSpecification {
    /// The engine's index of an element, counted from the tensor's start, from PyTorch's flat index.
    func engineIndex(_ index: Int) -> Int {
        switch axes {
        case nil:
            return index
        case .tapsFirst:
            let inputs = shape[1], outputs = shape[0]
            let (filter, tap) = index.quotientAndRemainder(dividingBy: 9)
            let (output, input) = filter.quotientAndRemainder(dividingBy: inputs)
            return (tap * inputs + input) * outputs + output
        case .inputsFirst(let channels):
            let pixels = shape[1] / channels
            let (row, column) = index.quotientAndRemainder(dividingBy: shape[1])
            let (channel, pixel) = column.quotientAndRemainder(dividingBy: pixels)
            return (pixel * channels + channel) * shape[0] + row
        }
    }

    /// The tensor in PyTorch's order, read from a buffer in the engine's order.
    package func read(from buffer: UnsafePointer<Float>) -> [Float] {
        (0..<count).map { buffer[offset + engineIndex($0)] }
    }

    /// Writes a tensor in PyTorch's order into a buffer in the engine's order.
    package func write(_ values: [Float], to buffer: UnsafeMutablePointer<Float>) {
        precondition(values.count == count, "\(name) has \(count) values, not \(values.count)")
        for index in 0..<count { buffer[offset + engineIndex(index)] = values[index] }
    }
}
