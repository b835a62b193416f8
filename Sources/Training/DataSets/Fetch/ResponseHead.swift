/// What a server says before the bytes of a file: the status and the fields of an HTTP answer.
package struct ResponseHead: Equatable {
    package let status: Int
    /// By lower-case name; of fields with the same name the last one.
    package let fields: [String: String]

    /// Bytes of the body, where the server tells.
    package var contentLength: Int? { fields["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

    /// Whether another answer follows: this one is an interim one, or sends the client elsewhere.
    package var isFollowed: Bool { (100..<400).contains(status) && !(200..<300).contains(status) }

    /// `nil` where the text does not begin with the status line of an answer.
    package init?(_ text: String) {
        // To Swift the end of a line of HTTP, a return and a newline, is one character.
        let lines = text.split(whereSeparator: \.isNewline)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else { return nil }
        self.status = status
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.fields = fields
    }
}

/// Separates heads from body in what `curl --include --location` writes: the heads of all answers, and then the body
/// of the last one.
package struct ResponseReader {
    /// Far more than curl takes of a server.
    package static let headLimit = 1 << 20

    private var unread: [UInt8] = []
    /// A head that another one may follow, and does where the next bytes begin one.
    package private(set) var last: ResponseHead?

    package init() {}

    /// What it is, once enough came.
    package enum Reading: Equatable {
        case incomplete
        /// The head of the answer, and as much of its body as came with it.
        case answer(ResponseHead, body: [UInt8])
        case noAnswer
    }

    /// Takes the next bytes, until it has returned an answer.
    package mutating func take(_ bytes: [UInt8]) -> Reading {
        unread += bytes
        while true {
            if let last, unread.count >= Self.beginning.count, !unread.starts(with: Self.beginning) {
                return .answer(last, body: unread)
            }
            guard let end = Self.endOfHead(in: unread) else {
                return unread.count > Self.headLimit ? .noAnswer : .incomplete
            }
            guard let head = ResponseHead(String(decoding: unread[..<end], as: UTF8.self)) else { return .noAnswer }
            unread.removeFirst(end)
            guard head.isFollowed else { return .answer(head, body: unread) }
            last = head
        }
    }

    private static let beginning = Array("HTTP/".utf8)

    /// Where the body begins: behind the first empty line.
    private static func endOfHead(in bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")
        var lineStart = 0
        for (index, byte) in bytes.enumerated() where byte == newline {
            let line = bytes[lineStart..<index]
            if line.isEmpty || line.elementsEqual([carriageReturn]) { return index + 1 }
            lineStart = index + 1
        }
        return nil
    }
}
