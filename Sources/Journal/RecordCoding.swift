import Experiment
import Foundation

// Blobs are little-endian on every host, so a run directory can be moved between them.
//
// gradient_norms: one Float64 a step.
// layer_gradients: for each layer a UInt32 with the name's length in bytes, the name in UTF-8, a UInt32 with the count
// of values, and one Float32 a value.

/// `nil` for an empty list: SQLite has no bound empty blob that GRDB would keep apart from NULL.
func gradientNormsBlob(_ norms: [Double]) -> Data? {
    guard !norms.isEmpty else { return nil }
    return norms.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
}

/// `nil` where `data` is no such blob.
func gradientNorms(fromBlob data: Data) -> [Double]? {
    guard data.count.isMultiple(of: 8) else { return nil }
    return data.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 8).map { offset in
            Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
    }
}

/// `nil` for an empty list, as above.
func layerGradientsBlob(_ samples: [LayerGradientSample]) -> Data? {
    guard !samples.isEmpty else { return nil }
    var data = Data()
    for sample in samples {
        let name = Array(sample.layer.utf8)
        data.append(littleEndian: UInt32(name.count))
        data.append(contentsOf: name)
        data.append(littleEndian: UInt32(sample.values.count))
        sample.values.map(\.bitPattern.littleEndian).withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
}

/// `nil` where `data` is no such blob.
func layerGradients(fromBlob data: Data) -> [LayerGradientSample]? {
    var reader = BlobReader(data)
    var samples: [LayerGradientSample] = []
    while !reader.isAtEnd {
        guard let nameLength = reader.integer(UInt32.self), let layer = reader.text(byteCount: Int(nameLength)),
            let count = reader.integer(UInt32.self), reader.remaining >= Int(count) * 4
        else { return nil }
        let values = (0..<count).compactMap { _ in reader.integer(UInt32.self).map(Float.init(bitPattern:)) }
        samples.append(LayerGradientSample(layer: layer, values: values))
    }
    return samples
}

extension Data {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

/// Reads a blob from its start, never past its end.
private struct BlobReader {
    private let data: Data
    private var position: Data.Index

    init(_ data: Data) {
        self.data = data
        position = data.startIndex
    }

    var remaining: Int { data.endIndex - position }
    var isAtEnd: Bool { remaining == 0 }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { return nil }
        let offset = position - data.startIndex
        position += size
        return Value(littleEndian: data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) })
    }

    mutating func text(byteCount: Int) -> String? {
        guard remaining >= byteCount else { return nil }
        defer { position += byteCount }
        return String(validating: data[position..<position + byteCount], as: UTF8.self)
    }
}
