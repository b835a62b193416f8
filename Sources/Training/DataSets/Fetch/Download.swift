import ChildProcesses
import Foundation
import Glibc
import HostSystem

/// One HTTP request that appends to a file what the file still lacks. Bytes are written as they come, so a download
/// that ends anyhow leaves all that had come.
struct Download {
    private let url: URL
    private let path: String
    private let descriptor: CInt
    private let received: (_ byteCount: Int, _ total: Int?) -> Void

    /// Bytes in the file.
    private var byteCount: Int
    private var total: Int?

    /// - Parameters:
    ///   - descriptor: The file, open for writing; it must stay open until `run` returns.
    ///   - byteCount: The bytes that the file holds.
    ///   - received: Called with the bytes in the file and, where the server told, the bytes of the whole.
    init(url: URL, path: String, descriptor: CInt, byteCount: Int, received: @escaping (Int, Int?) -> Void) {
        self.url = url
        self.path = path
        self.descriptor = descriptor
        self.byteCount = byteCount
        self.received = received
    }

    /// Returns when the file is complete.
    ///
    /// - Parameter idleSeconds: so long without a byte count as a broken connection.
    /// - Throws: a `DataSetError` where curl is missing, the server refuses, or the connection breaks.
    mutating func run(environment: [String: String], idleSeconds: Int = 60) throws(DataSetError) {
        let curl = try Curl(for: url, environment: environment)
        let errors: ChildProcesses.Pipe
        let request: ChildProcess
        do throws(SystemCallError) {
            errors = try ChildProcesses.Pipe()
            request = try started(curl, idleSeconds: idleSeconds, errors: errors)
        } catch {
            throw broken(error.description)
        }
        defer {
            // A request that is given up goes on otherwise.
            request.send(signal: SIGKILL)
            request.wait()
            close(errors.readEnd)
        }
        guard try takeAnswer(of: request) == .toItsEnd else { return }
        var complaint: [UInt8] = []
        while case let bytes = readSome(from: errors.readEnd), !bytes.isEmpty { complaint += bytes }
        let end = request.wait()
        guard end == .exited(0) else {
            throw broken(Curl.reason(end, complaint: String(decoding: complaint, as: UTF8.self)))
        }
        if let total, byteCount != total { throw broken("it ended after \(byteCount) of \(total) bytes") }
    }

    private func started(
        _ curl: Curl, idleSeconds: Int, errors: ChildProcesses.Pipe
    ) throws(SystemCallError) -> ChildProcess {
        defer { close(errors.writeEnd) }
        do throws(SystemCallError) {
            let request = try curl.request(url, from: byteCount, idleSeconds: idleSeconds, errors: errors.writeEnd)
            request.closeInput()
            return request
        } catch {
            close(errors.readEnd)
            throw error
        }
    }

    /// How far an answer is read.
    private enum Reading {
        case toItsEnd
        /// The file had everything before the request.
        case nothingMissing
    }

    private static let strangeAnswer = "the server's answer is none of HTTP; name a mirror with `--from URL`"

    private mutating func takeAnswer(of request: ChildProcess) throws(DataSetError) -> Reading {
        var reader = ResponseReader()
        var isAccepted = false
        while case let bytes = request.read(), !bytes.isEmpty {
            guard !isAccepted else {
                try append(bytes)
                continue
            }
            switch reader.take(bytes) {
            case .incomplete: continue
            case .noAnswer: throw refused(Self.strangeAnswer)
            case .answer(let head, let body):
                guard try accept(head) else { return .nothingMissing }
                isAccepted = true
                if !body.isEmpty { try append(body) }
            }
        }
        // Where curl failed, it says so itself. Otherwise this is an answer that says to go elsewhere, but not where.
        if !isAccepted, request.wait() == .exited(0) {
            guard let last = reader.last else { throw refused(Self.strangeAnswer) }
            _ = try accept(last)
        }
        return .toItsEnd
    }

    /// `false` where nothing is left to download.
    private mutating func accept(_ head: ResponseHead) throws(DataSetError) -> Bool {
        switch head.status {
        case 200:
            // From the start: the file was empty, or the server knows no ranges.
            guard ftruncate(descriptor, 0) == 0 else { throw .system("shorten", path: path, errno: errno) }
            byteCount = 0
        case 206:
            let range = head.fields["content-range"] ?? "none"
            guard range.hasPrefix("bytes \(byteCount)-") else {
                throw refused(
                    "the server answered with another range (\(range)) than from \(byteCount); remove \(path)")
            }
        case 416 where byteCount > 0:
            // Nothing follows what the file holds. If it is too long, its checksum tells.
            return false
        default:
            throw refused("the server answered with status \(head.status); name a mirror with `--from URL`")
        }
        total = head.contentLength.map { byteCount + $0 }
        received(byteCount, total)
        return true
    }

    private mutating func append(_ bytes: [UInt8]) throws(DataSetError) {
        let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: byteCount) }
        guard code == 0 else { throw .system("write", path: path, errno: code) }
        byteCount += bytes.count
        received(byteCount, total)
    }

    private func refused(_ message: String) -> DataSetError {
        DataSetError(.refused, path: url.absoluteString, message: message)
    }

    private func broken(_ reason: String) -> DataSetError {
        let kept =
            byteCount > 0
            ? "run the same command again to go on from byte \(byteCount)"
            : "try again later, or name a mirror with `--from URL`"
        return DataSetError(
            .connection, path: url.absoluteString, offset: byteCount,
            message: "the connection failed: \(reason); \(kept)")
    }
}
