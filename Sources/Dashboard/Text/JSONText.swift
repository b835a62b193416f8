import Experiment
import Reporting

/// JSON being written, member by member. Foundation's encoder takes ten times as long, which a plan of 10,000 tasks
/// would show.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package mutating func object(_ members: (inout JSONText) -> Void) { nest("{", "}", members) }

    package mutating func array(_ elements: (inout JSONText) -> Void) { nest("[", "]", elements) }

    /// The name of the member whose value comes next; written as it stands, so without characters to escape.
    package mutating func name(_ name: StaticString) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes += $0 }
        bytes += "\":".utf8
        needsComma = false
    }

    package mutating func member(_ name: StaticString, _ value: String?) { self.name(name); string(value) }
    package mutating func member(_ name: StaticString, _ value: Int) { self.name(name); number(value) }
    package mutating func member(_ name: StaticString, _ value: Double?) { self.name(name); number(value) }
    package mutating func member(_ name: StaticString, _ value: Bool) { self.name(name); flag(value) }

    package mutating func member(_ name: Hyperparameter, _ value: ParameterValue) {
        string(name.rawValue)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        switch value {
        case .integer(let value): number(value)
        case .real(let value): number(value)
        case .flag(let value): flag(value)
        case .word(let value): string(value)
        }
    }

    package mutating func string(_ text: String?) {
        beginValue()
        guard let text else { return bytes += "null".utf8 }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(escaped: byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string of the bytes of `text`, which are UTF-8.
    package mutating func string(_ text: HTML) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        for byte in text.bytes { append(escaped: byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func number(_ number: Int) {
        beginValue()
        bytes += String(number).utf8
    }

    /// JSON has no infinity and no NaN.
    package mutating func number(_ number: Double?) {
        beginValue()
        bytes += (number.flatMap { $0.isFinite ? shortestText($0) : nil } ?? "null").utf8
    }

    package mutating func flag(_ flag: Bool) {
        beginValue()
        bytes += (flag ? "true" : "false").utf8
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func nest(_ opening: String, _ closing: String, _ body: (inout JSONText) -> Void) {
        beginValue()
        bytes += opening.utf8
        needsComma = false
        body(&self)
        bytes += closing.utf8
        needsComma = true
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case UInt8(ascii: "\n"): bytes += "\\n".utf8
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            bytes += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
        default: bytes.append(byte)
        }
    }
}
