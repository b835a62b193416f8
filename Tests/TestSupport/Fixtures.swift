import Foundation

/// What earlier versions wrote: `Tests/Fixtures`, where `make` says how it was made.
package enum Fixtures {
    package static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path

    /// The versions whose run directories there are: `version-0.1.0` …
    package static let versions = names(in: "").filter { $0.hasPrefix("version-") }

    /// The names in one of its directories, sorted.
    package static func names(in name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(name)")) ?? []).sorted()
    }

    package static func data(of name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(directory)/\(name)"))
    }

    package static func text(of name: String) throws -> String {
        String(decoding: try data(of: name), as: UTF8.self)
    }

    /// Copies a directory, so that a test may change it; `target` must not be there.
    package static func copy(_ name: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: "\(directory)/\(name)", toPath: target)
    }
}
