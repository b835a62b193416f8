import ChildProcesses
import Testing
import Training

struct ResponseReaderTests {
    private static let whole = "HTTP/1.1 206 Partial\r\nContent-Length: 4\r\nContent-Range: bytes 3-6/7\r\n\r\n"

    /// What a reader says last, given the text in pieces of so many bytes.
    private func reading(_ text: String, by size: Int) -> ResponseReader.Reading {
        var reader = ResponseReader()
        let bytes = Array(text.utf8)
        var result = ResponseReader.Reading.incomplete
        for start in stride(from: 0, to: bytes.count, by: size) where result == .incomplete {
            result = reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return result
    }

    @Test(arguments: [1, 2, 7, 1_000]) func `head and body are told apart wherever a read ends`(size: Int) throws {
        let head = try #require(ResponseHead(Self.whole))
        let body = size == 1_000 ? Array("body".utf8) : []
        let text = size == 1_000 ? Self.whole + "body" : Self.whole
        #expect(reading(text, by: size) == .answer(head, body: body))
        #expect(head.status == 206)
        #expect(head.contentLength == 4)
        #expect(head.fields["content-range"] == "bytes 3-6/7")
    }

    @Test(arguments: [1, 5, 1_000]) func `answers on the way to the last one are passed over`(size: Int) throws {
        let onTheWay = "HTTP/1.1 100 Continue\r\n\r\nHTTP/2 302\r\nLocation: /b\r\n\r\n"
        #expect(reading(onTheWay + Self.whole, by: size) == .answer(try #require(ResponseHead(Self.whole)), body: []))
        #expect(reading(onTheWay, by: size) == .incomplete)
    }

    @Test func `an answer that leads nowhere is the last one`() throws {
        let head = "HTTP/1.1 300 Choices\r\n\r\n"
        #expect(
            reading(head + "pick one", by: 1_000)
                == .answer(try #require(ResponseHead(head)), body: Array("pick one".utf8)))
        var reader = ResponseReader()
        #expect(reader.take(Array(head.utf8)) == .incomplete)
        #expect(reader.last?.status == 300)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 ok\r\n\r\n"])
    func `another beginning is no answer`(text: String) {
        #expect(reading(text, by: 1_000) == .noAnswer)
    }

    @Test func `a head without an end is given up`() {
        var reader = ResponseReader()
        let line = Array("HTTP/1.1 200 OK\r\n".utf8) + [UInt8](repeating: 97, count: ResponseReader.headLimit)
        #expect(reader.take(line) == .noAnswer)
    }

    @Test(arguments: ["-4", "many", ""]) func `a length that is none counts as untold`(length: String) {
        #expect(ResponseHead("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n")?.contentLength == nil)
    }

    @Test(arguments: [
        (7, "curl: (7) Failed to connect", "the server does not answer"),
        (28, "", "nothing came for too long"),
        (60, "curl: (60) SSL certificate problem: expired\nMore details", "SSL certificate problem: expired"),
        (77, "", "no certificates are installed to check the server with: apt-get install ca-certificates"),
        (3, "curl: no URL specified", "no URL specified"),
        (99, "", "curl: exited(99)"),
    ])
    func `the end of curl is said in a user's words`(code: Int32, complaint: String, words: String) {
        #expect(Curl.reason(.exited(code), complaint: complaint) == words)
    }
}
