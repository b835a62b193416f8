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
    static let swiftFiles = texts.files.filter { isSwift($0.path) }

    /// Articles and README.
    static let articles = texts.files.filter { isArticle($0.path) }

    /// What is neither Swift nor an article, and has names of its own: scripts, messages, headers, parts of the page.
    static let otherFiles = texts.files.filter { isOther($0.path) }

    /// Those that could not be read, which no rule looks at: none, or the tests of all rules prove nothing.
    static var unreadable: [String] { texts.unreadable }

    private static let texts = read(paths.filter { isSwift($0) || isArticle($0) || isOther($0) }, in: root)

    private static func isSwift(_ path: String) -> Bool { path.hasSuffix(".swift") && !path.hasSuffix(".pb.swift") }

    private static func isArticle(_ path: String) -> Bool { path.hasSuffix(".md") }

    private static func isOther(_ path: String) -> Bool {
        !isArticle(path)
            && (path.hasPrefix("deploy/")
                || [".py", ".sh", ".proto", ".h", ".c", ".js", ".css", ".yaml"].contains { path.hasSuffix($0) })
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

    /// The files at `paths`, and the paths of those that cannot be read or are no UTF-8.
    static func read(_ paths: [String], in root: String) -> (files: [SourceFile], unreadable: [String]) {
        var files: [SourceFile] = [], unreadable: [String] = []
        for path in paths {
            if let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) {
                files.append(SourceFile(path: path, text: text))
            } else {
                unreadable.append(path)
            }
        }
        return (files, unreadable)
    }
}
