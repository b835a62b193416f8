import Foundation
import Glibc
import HostSystem
import Synchronization

/// A web server for one file on a loopback port that the system picks; it answers one request after the other on its
/// own thread.
final class FileServer: Sendable {
    /// How it answers one request.
    struct Answer: Sendable {
        var status = 200
        /// Whether a `Range` header is heeded.
        var knowsRanges = true
        /// Bytes of the body after which the connection is cut; `nil` to send all.
        var cutAfter: Int?
        /// Added to the start of the range that it says it sends.
        var rangeShift = 0
        /// Where it sends the client instead; `nil` to say nothing of it.
        var location: String?
    }

    private struct State {
        var answers: [Answer]
        var ranges: [String?] = []
    }

    private let content: [UInt8]
    private let listener: CInt
    private let port: UInt16
    private let state: Mutex<State>
    private let stopped = DispatchSemaphore(value: 0)

    var address: String { "http://127.0.0.1:\(port)/archive.tar.gz" }

    /// The `Range` header of each request so far; `nil` where it had none.
    var ranges: [String?] { state.withLock { $0.ranges } }

    /// - Parameter answers: For one request each, in order; later requests get whole files.
    init(_ content: [UInt8], answers: [Answer] = []) throws {
        self.content = content
        (listener, port) = try Self.bound()
        guard listen(listener, 8) == 0 else { throw POSIXError(.init(rawValue: errno)!) }
        state = Mutex(State(answers: answers))
        Thread.detachNewThread { [self] in
            serve()
            stopped.signal()
        }
    }

    /// Ends the thread; no connection is answered after it.
    func stop() {
        shutdown(listener, CInt(SHUT_RDWR))
        stopped.wait()
        close(listener)
    }

    /// A socket with a loopback port of its own, on which nobody listens yet.
    static func bound() throws -> (descriptor: CInt, port: UInt16) {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard descriptor >= 0, status == 0 else { throw POSIXError(.init(rawValue: errno)!) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard connection >= 0 else { return }
            answer(connection)
            close(connection)
        }
    }

    private func answer(_ connection: CInt) {
        guard let request = receiveHead(connection) else { return }
        let range = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("range: ") }
            .map { String($0.dropFirst("range: ".count)) }
        let answer = state.withLock { state in
            state.ranges.append(range)
            return state.answers.isEmpty ? Answer() : state.answers.removeFirst()
        }
        let start = answer.knowsRanges ? range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } : nil
        send(body(from: start, answer), connection)
    }

    /// Head and body.
    private func body(from start: Int?, _ answer: Answer) -> [UInt8] {
        guard answer.status == 200 else {
            let location = answer.location.map { "Location: \($0)\r\n" } ?? ""
            return head("\(answer.status) No", length: 2, extra: location) + Array("No".utf8)
        }
        guard let start else { return head("200 OK", length: content.count) + content.prefix(answer.cutAfter ?? .max) }
        guard start < content.count else { return head("416 Range Not Satisfiable", length: 0) }
        let rest = content.dropFirst(start)
        let range = "bytes \(start + answer.rangeShift)-\(content.count - 1)/\(content.count)"
        return head("206 Partial Content", length: rest.count, extra: "Content-Range: \(range)\r\n")
            + rest.prefix(answer.cutAfter ?? .max)
    }

    private func head(_ status: String, length: Int, extra: String = "") -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\n\(extra)Connection: close\r\n\r\n".utf8)
    }

    private func receiveHead(_ connection: CInt) -> String? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !received.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }

    private func send(_ bytes: [UInt8], _ connection: CInt) {
        guard writeAll(bytes, to: connection, isSocket: true) == 0 else { return }
        // What follows is only an end of file to the client, not a reset that could overtake the bytes.
        shutdown(connection, CInt(SHUT_WR))
    }
}
