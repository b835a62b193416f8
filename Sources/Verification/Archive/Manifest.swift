import Crypto
import Experiment

/// The SHA-256 of each file of a bundle but itself, by name: `sha256sum -c MANIFEST` checks it.
package struct Manifest: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let file: BundleFile
        package let digest: ContentDigest

        package init(_ file: BundleFile, _ digest: ContentDigest) {
            self.file = file
            self.digest = digest
        }
    }

    /// By name, ascending; the place of an entry is its line.
    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.file.name.utf8.lexicographicallyPrecedes($1.file.name.utf8) }
    }

    package var text: String { entries.map { "\($0.digest.rawValue)  \($0.file.name)\n" }.joined() }

    /// Reads `text` back.
    ///
    /// - Throws: `Finding` with the line.
    package init(_ text: String) throws(Finding) {
        var entries: [Entry] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
            guard let digest = ContentDigest(rawValue: String(line.prefix(64))), line.dropFirst(64).hasPrefix("  "),
                let file = BundleFile(name: String(line.dropFirst(66))), file != .manifest
            else {
                throw Finding(
                    BundleFile.manifest.name, line: index + 1,
                    "\(shown(line)) is no SHA-256 with the name of a bundle's file")
            }
            entries.append(Entry(file, digest))
        }
        self.init(entries)
        guard self.text == text else {
            throw Finding(BundleFile.manifest.name, "its lines are not those of a manifest: each file once, by name")
        }
    }

    package func line(of file: BundleFile) -> Int? { entries.firstIndex { $0.file == file }.map { $0 + 1 } }
}

extension ContentDigest {
    init(_ hash: SHA256) { self.init(rawValue: hexText(hash.finalize()))! }
}

extension FileSlice {
    func digest() throws -> ContentDigest {
        var hash = SHA256()
        try forEachPiece { hash.update(data: $0) }
        return ContentDigest(hash)
    }
}
