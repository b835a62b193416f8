import Foundation
import Glibc
import HostSystem

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One HTTP request that appends to a file what the file still lacks. Bytes are written as they come, so a download
/// that ends anyhow leaves all that had come.
///
/// `URLSession` of Swift 6.3 on Linux polls a slow connection busily, at most of one core. That is accepted, for a
/// fetch is short and comes before any training; libcurl itself would be one more package to build with.
///
/// Unchecked: the session calls its delegate on one serial queue, which alone touches the state until `finished`
/// is signalled; `run` reads the outcome after that.
final class Download: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let url: URL
    private let path: String
    private let descriptor: CInt
    private let received: @Sendable (_ byteCount: Int, _ total: Int?) -> Void
    private let finished = DispatchSemaphore(value: 0)

    /// Bytes in the file.
    private var byteCount: Int
    private var total: Int?
    /// The file had everything before the request.
    private var wasWhole = false
    private var failure: DataSetError?

    /// - Parameters:
    ///   - descriptor: The file, open for writing; it must stay open until `run` returns.
    ///   - byteCount: The bytes that the file holds.
    ///   - received: Called with the bytes in the file and, where the server told, the bytes of the whole.
    init(
        url: URL, path: String, descriptor: CInt, byteCount: Int, received: @escaping @Sendable (Int, Int?) -> Void
    ) {
        self.url = url
        self.path = path
        self.descriptor = descriptor
        self.byteCount = byteCount
        self.received = received
    }

    /// Returns when the file is complete. `idleSeconds` without a byte count as a broken connection.
    func run(idleSeconds: Double = 60) throws(DataSetError) {
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: idleSeconds)
        // An archive that is unpacked on the way would not have its checksum.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if byteCount > 0 {
            request.setValue("bytes=\(byteCount)-", forHTTPHeaderField: "Range")
        }
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        session.dataTask(with: request).resume()
        finished.wait()
        session.finishTasksAndInvalidate()
        if let failure { throw failure }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        do {
            completionHandler(try accept(response) ? .allow : .cancel)
        } catch {
            failure = error
            completionHandler(.cancel)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard failure == nil else { return }
        do {
            try write(data)
            received(byteCount, total)
        } catch {
            failure = error
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if failure == nil, !wasWhole {
            if let error {
                failure = broken(Self.reason(for: error))
            } else if let total, byteCount != total {
                failure = broken("it ended after \(byteCount) of \(total) bytes")
            }
        }
        finished.signal()
    }

    /// `false` where nothing is left to download.
    private func accept(_ response: URLResponse) throws(DataSetError) -> Bool {
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        switch status {
        case 200:
            // From the start: the file was empty, or the server knows no ranges.
            guard ftruncate(descriptor, 0) == 0 else { throw .system("shorten", path: path, errno: errno) }
            byteCount = 0
        case 206:
            try checkRange(of: response as? HTTPURLResponse)
        case 416 where byteCount > 0:
            // Nothing follows what the file holds. If it is too long, its checksum tells.
            wasWhole = true
            return false
        default:
            throw DataSetError(
                .refused, path: url.absoluteString,
                message: "the server answered with status \(status); name a mirror with `--from URL`")
        }
        total = response.expectedContentLength >= 0 ? byteCount + Int(response.expectedContentLength) : nil
        received(byteCount, total)
        return true
    }

    private func checkRange(of response: HTTPURLResponse?) throws(DataSetError) {
        let range = response?.value(forHTTPHeaderField: "Content-Range") ?? "none"
        guard range.hasPrefix("bytes \(byteCount)-") else {
            throw DataSetError(
                .refused, path: url.absoluteString,
                message: "the server answered with another range (\(range)) than from \(byteCount); remove \(path)")
        }
    }

    private func write(_ data: Data) throws(DataSetError) {
        let code = data.withUnsafeBytes { writeAll($0, to: descriptor, at: byteCount) }
        guard code == 0 else { throw .system("write", path: path, errno: code) }
        byteCount += data.count
    }

    /// Foundation on Linux knows no better text than the number for some of these.
    private static func reason(for error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .timedOut: "nothing came for too long"
        case .cannotConnectToHost: "the server does not answer"
        case .cannotFindHost, .dnsLookupFailed: "the host's name is unknown"
        case .networkConnectionLost: "it was cut"
        default: error.localizedDescription
        }
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
