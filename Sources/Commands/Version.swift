import Foundation

/// The version of this program.
package enum Version {
    package static let current = "0.1.0"

    /// Tells this build from others on this host: the version, and size and time of the program's file.
    package static var build: String {
        let file = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
        let parts: [Any?] = [facts?[.size], (facts?[.modificationDate] as? Date)?.timeIntervalSince1970]
        return ([current] + parts.map { $0.map { "\($0)" } ?? "-" }).joined(separator: " ")
    }
}
