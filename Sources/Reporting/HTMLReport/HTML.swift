import Experiment

/// Markup being written: what stands in a literal is markup, everything that is interpolated is escaped.
///
/// `"<td>\(host)</td>"` is safe whatever the host calls itself. Attribute values must stand in double quotes.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package private(set) var bytes: [UInt8] = []

    package init(stringLiteral markup: String) {
        bytes = Array(markup.utf8)
    }

    package init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.bytes
    }

    /// - Parameter trusted: markup that this program, or a program that it ran, has made.
    package init(trusted markup: String) { bytes = Array(markup.utf8) }

    package static func escaped(_ text: String) -> String {
        let html: HTML = "\(text)"
        return html.text
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package static func += (left: inout HTML, right: HTML) {
        left.bytes += right.bytes
    }

    /// The parts one after the other.
    package static func joined(_ parts: some Sequence<HTML>) -> HTML {
        parts.reduce(into: "") { $0 += $1 }
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ markup: String) { bytes += markup.utf8 }

        package mutating func appendInterpolation(_ markup: HTML) { bytes += markup.bytes }

        package mutating func appendInterpolation(_ text: String) {
            var rest = text.utf8.makeIterator()
            while let byte = rest.next() {
                switch byte {
                case UInt8(ascii: "&"): bytes += "&amp;".utf8
                case UInt8(ascii: "<"): bytes += "&lt;".utf8
                case UInt8(ascii: ">"): bytes += "&gt;".utf8
                case UInt8(ascii: "\""): bytes += "&quot;".utf8
                case UInt8(ascii: "'"): bytes += "&#39;".utf8
                // HTML knows no reference for them, and no page needs them.
                case 0..<0x20 where byte != 0x09 && byte != 0x0A, 0x7F: bytes += "\u{FFFD}".utf8
                // HTML knows none for U+0080 to U+009F either; other characters begin with this byte too.
                case 0xC2:
                    let second = rest.next()!
                    bytes += (0x80...0x9F).contains(second) ? Array("\u{FFFD}".utf8) : [byte, second]
                // Among these are those that turn the direction of writing, and the separators of lines.
                case 0xD8: appendVisible([byte, rest.next()!])
                case 0xE2: appendVisible([byte, rest.next()!, rest.next()!])
                default: bytes.append(byte)
                }
            }
        }

        /// Appends a character, or a mark in its place where it changes how others are seen.
        private mutating func appendVisible(_ character: [UInt8]) {
            let changesOthers = String(decoding: character, as: UTF8.self).unicodeScalars.contains { $0.changesOthers }
            bytes += changesOthers ? Array("\u{FFFD}".utf8) : character
        }

        package mutating func appendInterpolation(_ number: Int) { bytes += String(number).utf8 }

        /// With a fixed number of decimals.
        package mutating func appendInterpolation(_ number: Double, decimals: Int) {
            bytes += fixedText(number, decimals: decimals).utf8
        }
    }
}

extension HTML: Equatable {
    package static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum += right
        return sum
    }
}
