import Foundation

/// A file of the package that people write: generated ones and links are left out.
struct SourceFile: Sendable {
    /// From the root of the package.
    let path: String
    let text: String
    /// Without line feeds; index 0 is line 1.
    let lines: [Substring]
    /// Comments and code apart; empty for what is not Swift.
    let swift: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        swift = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    /// The folder under `Sources` or `Tests`, which is the target's name; `nil` for other files.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && ["Sources", "Tests"].contains(parts[0]) ? String(parts[1]) : nil
    }

    func finding(_ line: Int, _ message: String) -> String { "\(path):\(line): \(message)" }
}

/// The package as its files stand.
enum Package {
    /// Its root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Every Swift file under `Sources` and `Tests`, and the manifest.
    static let swiftFiles: [SourceFile] = files { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") }

    /// Articles and README.
    static let articles: [SourceFile] = files { $0.hasSuffix(".md") }

    /// What is neither Swift nor an article, and has names of its own: scripts, messages, headers, parts of the page.
    static let otherFiles: [SourceFile] = files { path in
        path.hasPrefix("deploy/") || [".py", ".proto", ".h", ".js", ".css", ".yaml"].contains { path.hasSuffix($0) }
    }

    /// The path of every file, from the root.
    static let paths: [String] = {
        var paths: [String] = []
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .isSymbolicLinkKey]
        // `URL.path` of a directory may end with a slash or not, and `/tmp` may be a link: paths are counted from the
        // enumerator's own.
        let enumerator = FileManager.default.enumerator(atPath: root)
        while let path = enumerator?.nextObject() as? String {
            if path.hasPrefix(".build") || path.hasPrefix(".git/") || path == ".git" {
                enumerator?.skipDescendants()
                continue
            }
            let values = try? URL(filePath: "\(root)/\(path)").resourceValues(forKeys: keys)
            if values?.isRegularFile == true, values?.isSymbolicLink != true { paths.append(path) }
        }
        return paths.sorted()
    }()

    private static func files(where isWanted: (String) -> Bool) -> [SourceFile] {
        paths.filter(isWanted).map { path in
            SourceFile(path: path, text: (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) ?? "")
        }
    }
}
