/// Whether a name can stand in a file name, a command and a message as it is: 1 to 64 characters out of letters,
/// digits, `-`, `_` and `.`.
package func isPlainName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
}

/// Whether a name can be that of a file: a plain one that hides no file and leads nowhere, so its first character is no
/// `.`.
package func isPlainFileName(_ text: String) -> Bool { isPlainName(text) && !text.hasPrefix(".") }
