/// Base64 with the alphabet of RFC 4648, section 5, without padding. Foundation's has neither, and lets spare bits be
/// anything, so that two words would mean the same bytes.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0...group.count { text.append(alphabet[value >> (18 - 6 * position) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` unless `text` is just what `encode` gives for some bytes.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var value = 0
        var bitCount = 0
        for character in text {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            value = (value << 6 | digit) & 0xFFFF
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(value >> bitCount & 0xFF))
        }
        return encode(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
