/// Takes numbers off the beginning of an input: 0 where nothing is left.
struct InputCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) {
        rest = input[...]
    }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Little-endian.
    mutating func word() -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(byte()) << (8 * $1) } }

    mutating func longWord() -> UInt64 { UInt64(word()) | UInt64(word()) << 32 }
}

/// Cuts an input into pieces of `length` bytes, as a pipe or a file gives them.
func pieces(of input: ArraySlice<UInt8>, length: Int) -> [[UInt8]] {
    stride(from: input.startIndex, to: input.endIndex, by: length).map {
        Array(input[$0..<min($0 + length, input.endIndex)])
    }
}
