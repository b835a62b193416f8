import ChildProcesses
import Foundation
import Glibc

/// An answer of the page's server.
package struct PageAnswer: Sendable {
    package var status: Int
    /// With small letters.
    package var headers: [String: String]
    package var body: String
}

/// What went wrong with a connection.
package struct PageFailure: Error, CustomStringConvertible {
    package let description: String
}

/// A connection to the server at a port of the loopback address. It speaks as a test wants it to, also wrongly.
///
/// `@unchecked Sendable`: it is used by one thread at a time.
package final class PageConnection: @unchecked Sendable {
    private let descriptor: Int32
    /// What came so far.
    package private(set) var text = ""

    package init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard result == 0 else { throw PageFailure(description: "port \(port): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    package func send(_ text: String) {
        var text = text
        _ = text.withUTF8 { Glibc.send(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads until `isEnough` says so; `false` where the connection ends before, or the test's time is over.
    @discardableResult
    package func read(until isEnough: @escaping @Sendable (String) -> Bool) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                NamedThread.detach(named: "page-reader") { [self] in
                    continuation.resume(returning: readOnThisThread(until: isEnough))
                }
            }
        } onCancel: {
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    private func readOnThisThread(until isEnough: (String) -> Bool) -> Bool {
        var rest: [UInt8] = []
        while !isEnough(text) {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            rest += buffer[..<count]
            // A character may arrive in two parts.
            guard let whole = String(validating: rest, as: UTF8.self) else { continue }
            text += whole
            rest = []
        }
        return true
    }
}

/// Sends one request and reads the answer to its end.
package func fetch(
    port: Int, _ path: String, method: String = "GET", host: String? = "localhost", headers: [String] = []
) async throws -> PageAnswer {
    let connection = try PageConnection(port: port)
    let lines = ["\(method) \(path) HTTP/1.1"] + (host.map { ["Host: \($0)"] } ?? []) + headers
    connection.send((lines + ["Connection: close", "", ""]).joined(separator: "\r\n"))
    await connection.read { _ in false }
    return try PageAnswer(connection.text)
}

extension PageAnswer {
    init(_ text: String) throws {
        guard let end = text.range(of: "\r\n\r\n") else { throw PageFailure(description: "no answer in '\(text)'") }
        var lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else {
            throw PageFailure(description: "no status in '\(text)'")
        }
        let fields = lines.compactMap { line in
            line.range(of: ": ").map { (line[..<$0.lowerBound].lowercased(), String(line[$0.upperBound...])) }
        }
        self.init(
            status: status, headers: Dictionary(fields) { first, _ in first }, body: String(text[end.upperBound...]))
    }
}
