/// What stands before a file in a tar archive, in the form that POSIX calls ustar.
///
/// Bundles are such archives, written here and without compression. Every system unpacks them; a header is 512 bytes of
/// text, so the same files give the same archive everywhere; and a file in it can be read where it lies. A compressed
/// archive would be smaller, but its bytes depend on the version of what compressed it, and a few bytes of it unpack to
/// more than any disk holds. Who sends one compresses it.
struct TarHeader: Equatable {
    static let blockSize = 512
    /// What eleven octal digits can say.
    static let mostBytes = (1 << 33) - 1

    enum Kind: UInt8 {
        case file = 0x30
        case directory = 0x35
    }

    let name: String
    let kind: Kind
    let byteCount: Int

    /// - Parameters:
    ///   - name: at most 100 bytes of ASCII.
    ///   - byteCount: at most `mostBytes`.
    init(file name: String, byteCount: Int) {
        precondition(name.utf8.count <= 100 && (0...Self.mostBytes).contains(byteCount), "\(name): \(byteCount) bytes")
        self.name = name
        kind = .file
        self.byteCount = byteCount
    }

    /// So many bytes the content takes, which is filled up to whole blocks.
    var paddedByteCount: Int { (byteCount + Self.blockSize - 1) / Self.blockSize * Self.blockSize }

    // MARK: Writing

    /// No owner, and the beginning of time: nothing that differs from host to host.
    var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(byteCount, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        block[156] = kind.rawValue
        put("ustar", at: 257)
        put("00", at: 263)
        put("0000000", at: 329)
        put("0000000", at: 337)
        put(octal(Self.checksum(of: block), digits: 6), at: 148)
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// The sum of the bytes, with spaces in its own place.
    private static func checksum(of block: [UInt8]) -> Int {
        var byteCount = 0
        for (index, byte) in block.enumerated() {
            byteCount += (148..<156).contains(index) ? Int(UInt8(ascii: " ")) : Int(byte)
        }
        return byteCount
    }

    // MARK: Reading

    /// `nil` where the block is no header of a file or a directory, or one of many fields that only special files have.
    init?(_ block: [UInt8]) {
        guard block.count == Self.blockSize, block[257..<262].elementsEqual("ustar".utf8),
            let checksum = Self.number(block[148..<156]), checksum == Self.checksum(of: block),
            let byteCount = Self.number(block[124..<136]), byteCount <= Self.mostBytes,
            // Old archives have a zero byte for a file.
            let kind = block[156] == 0 ? Kind.file : Kind(rawValue: block[156]), block[345] == 0,
            let name = String(validating: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        else { return nil }
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
    }

    /// Octal digits, filled up with spaces or zero bytes.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") && $0 != 0 }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}

private func octal(_ number: Int, digits count: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: count - digits.utf8.count) + digits
}
