import Foundation

/// The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes, all little-endian.
///
/// Source: huggingface/safetensors, README.md, "Format".
enum Safetensors {
    /// The file of `tensors` in their order. Integers must come first, so that every tensor is aligned.
    static func encode(metadata: [(key: String, value: String)], tensors: [NamedTensor]) -> [UInt8] {
        var entries = [
            "\"__metadata__\":{\(metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ","))}"
        ]
        var data: [UInt8] = []
        for tensor in tensors {
            let start = data.count
            append(tensor, to: &data)
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.typeName)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(start),\(data.count)]}")
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        // The format wants the data at a multiple of 8 and allows trailing spaces in the header.
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
    }

    /// The header's metadata and where the data starts; `nil` where the bytes have no such header.
    static func metadata(of bytes: [UInt8]) -> (values: [String: String], dataStart: Int)? {
        guard bytes.count >= 8 else { return nil }
        let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= maximumHeaderLength, bytes.count >= 8 + Int(length) else { return nil }
        let header = Data(bytes[8..<8 + Int(length)])
        guard let object = try? JSONSerialization.jsonObject(with: header) as? [String: Any],
            let values = object["__metadata__"] as? [String: String]
        else { return nil }
        return (values, 8 + Int(length))
    }

    /// Fills the values of `tensors`, whose names, shapes and order are those of the file, from its data.
    static func fill(_ tensors: inout [NamedTensor], from data: ArraySlice<UInt8>) {
        data.withUnsafeBytes { bytes in
            var offset = 0
            for index in tensors.indices {
                switch tensors[index].values {
                case .floats(let old):
                    let values = old.indices.map {
                        bytes.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Float.self)
                    }
                    tensors[index].values = .floats(values)
                    offset += 4 * old.count
                case .integers(let old):
                    let values = old.indices.map {
                        bytes.loadUnaligned(fromByteOffset: offset + 8 * $0, as: Int64.self)
                    }
                    tensors[index].values = .integers(values)
                    offset += 8 * old.count
                }
            }
        }
    }

    /// Far more than a header of this network has.
    private static let maximumHeaderLength: UInt64 = 1 << 20

    private static func append(_ tensor: NamedTensor, to data: inout [UInt8]) {
        switch tensor.values {
        case .floats(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        case .integers(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}

extension NamedTensor {
    fileprivate var typeName: String {
        switch values {
        case .floats: "F32"
        case .integers: "I64"
        }
    }

    package var byteCount: Int {
        switch values {
        case .floats(let values): 4 * values.count
        case .integers(let values): 8 * values.count
        }
    }
}
