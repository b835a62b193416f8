import Foundation

/// What earlier versions wrote: `Tests/Fixtures`, where `make` says how it was made.
package enum Fixtures {
    package static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path

    /// The versions whose run directories there are: `version-0.1.0` …
    package static var versions: [String] {
        get throws { try names(in: "").filter { $0.hasPrefix("version-") } }
    }

    /// Their run directories: `version-0.1.0/finished` …
    package static var runs: [String] {
        get throws {
            try versions.flatMap { version in try names(in: version).map { "\(version)/\($0)" } }
                .filter { try names(in: $0).contains("state.sqlite") }
        }
    }

    /// Those in which a worker lied.
    package static var judgedRuns: [String] {
        get throws { try runs.filter { $0.hasSuffix("/judged") } }
    }

    /// The names in one of its directories, sorted.
    package static func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(name)").sorted()
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
