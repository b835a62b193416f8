import DurableFiles
import Experiment
import Glibc

/// A bundle that somebody made, packed or unpacked: its files where they lie. Nothing of it is written anywhere.
package struct SweepBundle: Sendable {
    /// As the user names it.
    package let path: String
    private let files: [BundleFile: FileSlice]

    /// Opens an archive, or the directory that it was unpacked into. Names, sizes and kinds are checked here; of what
    /// is in the files nothing is believed yet.
    ///
    /// - Throws: `Finding` where it is no bundle, `FileFault` where it cannot be read.
    package init(_ path: String, isDirectory: Bool) throws {
        self.path = path
        files = isDirectory ? try Self.filesOfDirectory(path) : try Self.filesOfArchive(path)
        for file in BundleFile.all where files[file] == nil && file.isInEveryBundle {
            throw Finding(path, "no bundle: it has no \(file.name)")
        }
        for (file, content) in files where content.byteCount > file.byteLimit {
            throw Finding(file.name, "has \(megabytesText(content.byteCount)), more than a bundle's can have")
        }
    }

    /// Whether a directory is an unpacked bundle.
    package static func isUnpacked(in directory: String) -> Bool {
        access("\(directory)/\(BundleFile.manifest.name)", F_OK) == 0
    }

    package subscript(file: BundleFile) -> FileSlice? { files[file] }

    /// The files that are there, in the order of `BundleFile.all`.
    var contents: [(file: BundleFile, content: FileSlice)] {
        BundleFile.all.compactMap { file in files[file].map { (file, $0) } }
    }

    /// A file that every bundle has, as a text.
    ///
    /// - Throws: `Finding` where it is no UTF-8, `FileFault` where it cannot be read.
    package func text(of file: BundleFile) throws -> String {
        guard let text = String(validating: try files[file]!.allBytes(), as: UTF8.self) else {
            throw Finding(file.name, "is no UTF-8 text")
        }
        return text
    }

    private static func filesOfArchive(_ path: String) throws -> [BundleFile: FileSlice] {
        var files: [BundleFile: FileSlice] = [:]
        var directory: Substring?
        for (name, content) in try tarFiles(of: OpenFile(path)) {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, isPlainName(String(parts[0])), directory ?? parts[0] == parts[0],
                let file = BundleFile(name: String(parts[1]))
            else { throw Finding(path, "\(shown(name)) is no file of a bundle") }
            directory = parts[0]
            guard files.updateValue(content, forKey: file) == nil else {
                throw Finding(path, "\(shown(name)) is there twice")
            }
        }
        return files
    }

    /// Files of other names, such as figures, are nothing that is checked.
    private static func filesOfDirectory(_ path: String) throws -> [BundleFile: FileSlice] {
        var files: [BundleFile: FileSlice] = [:]
        for file in BundleFile.all {
            do throws(FileFault) {
                files[file] = FileSlice(try OpenFile("\(path)/\(file.name)", followsLink: false))
            } catch {
                guard error.code == ENOENT else { throw error }
            }
        }
        return files
    }
}
