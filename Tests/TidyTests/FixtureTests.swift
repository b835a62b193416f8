import ChildProcesses
import Foundation
import Testing

/// What an older version wrote proves something only as long as nobody writes it again.
struct FixtureTests {
    private let directory = "\(Package.root)/Tests/Fixtures"

    /// The list is made in that directory:
    /// `find journals version-* -type f | sort | xargs -d '\n' sha256sum > SHA256SUMS`.
    @Test func `what older versions wrote is what they wrote, to the last byte`() throws {
        let command = "cd '\(directory)' && sha256sum --check --strict --quiet SHA256SUMS >&2"
        let process = try FinishedProcess(running: ["sh", "-c", command])
        #expect(process.end == .exited(0), "\n\(process.errors)")

        let list = try String(contentsOfFile: "\(directory)/SHA256SUMS", encoding: .utf8)
        let listed = Set(list.split(separator: "\n").map { String($0.dropFirst(66)) })
        let enumerator = try #require(FileManager.default.enumerator(atPath: directory))
        let present = enumerator.compactMap { $0 as? String }.filter { path in
            var isDirectory: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: "\(directory)/\(path)", isDirectory: &isDirectory)
            return path.contains("/") && isThere && !isDirectory.boolValue
        }
        #expect(Set(present) == listed)
    }
}
