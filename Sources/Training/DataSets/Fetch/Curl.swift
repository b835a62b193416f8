import ChildProcesses
import Foundation

/// The installed curl, which makes the requests.
///
/// Foundation has a client of its own, which is the rejected choice: it links libcurl, and with it Kerberos, LDAP, RTMP
/// and some fifteen more libraries, into every worker, for a download that a host makes once at most. It also polls a
/// slow connection busily.
package struct Curl {
    private let path: String
    private let environment: [String: String]

    /// - Throws: a `DataSetError` with the remedy where there is none on the `PATH`.
    init(for url: URL, environment: [String: String]) throws(DataSetError) {
        guard let path = InstalledProgram.path(of: "curl", environment: environment) else {
            throw DataSetError(
                .missingProgram, path: url.absoluteString,
                message: "curl, which downloads it, is not installed: apt-get install curl ca-certificates; or "
                    + "download it elsewhere and name the file with `--from file:///PATH`")
        }
        self.path = path
        self.environment = environment
    }

    /// Requests what follows the first `byteCount` bytes. On its standard output come the heads of the answers, and
    /// then the bytes.
    ///
    /// - Parameters:
    ///   - idleSeconds: so long without a byte count as a broken connection.
    ///   - errors: a descriptor that gets curl's own words.
    func request(
        _ url: URL, from byteCount: Int, idleSeconds: Int, errors: CInt
    ) throws(SystemCallError) -> ChildProcess {
        // --disable: a user's start-up file could have it write elsewhere. The environment's proxies are obeyed.
        var arguments = [
            "--disable", "--silent", "--show-error", "--no-buffer", "--include", "--suppress-connect-headers",
            "--location", "--proto", "=http,https", "--globoff", "--connect-timeout", "\(idleSeconds)",
            "--speed-limit", "1", "--speed-time", "\(idleSeconds)",
            // An archive that is unpacked on the way would not have its checksum.
            "--header", "Accept-Encoding: identity",
        ]
        if byteCount > 0 { arguments += ["--range", "\(byteCount)-"] }
        return try ChildProcess(
            executable: path, name: "curl", arguments: arguments + ["--url", url.absoluteString],
            environment: environment, standardError: errors)
    }

    /// Why a request failed, in words for a user.
    ///
    /// - Parameter complaint: what curl wrote to standard error.
    package static func reason(_ end: ChildProcess.End, complaint: String) -> String {
        switch end {
        case .exited(6): "the host's name is unknown"
        case .exited(7): "the server does not answer"
        case .exited(18), .exited(52), .exited(55), .exited(56), .exited(92): "it was cut"
        case .exited(28): "nothing came for too long"
        case .exited(77): "no certificates are installed to check the server with: apt-get install ca-certificates"
        default: ownWords(complaint) ?? "curl: \(end)"
        }
    }

    /// Without the beginning of `curl: (60) SSL certificate problem`.
    private static func ownWords(_ complaint: String) -> String? {
        guard let line = complaint.split(separator: "\n").first(where: { $0.hasPrefix("curl: ") }) else { return nil }
        let words = line.dropFirst("curl: ".count)
        guard words.hasPrefix("("), let end = words.firstIndex(of: ")") else { return String(words) }
        return String(words[words.index(after: end)...].drop { $0 == " " })
    }
}
