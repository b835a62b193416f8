import ChildProcesses
import Foundation
import Glibc

/// Gets the archive of CIFAR-10, checks it, unpacks it and puts the batches in place by one rename: at every moment
/// there are either all of them or what was there before.
///
/// An interrupted download stays as `cifar-10-binary.tar.gz.part`, and the next call goes on from there.
package struct CIFAR10Fetch: Sendable {
    package enum Event: Sendable {
        /// A download starts; some bytes may be there already.
        case downloading(URL, from: Int)
        /// `byteCount` of `total` bytes are there; `total` is `nil` where the server does not say.
        case received(byteCount: Int, total: Int?)
        case checking(path: String)
        case unpacking(path: String)
    }

    package enum Outcome: Sendable, Equatable {
        /// Whole batches were there, so nothing was downloaded.
        case alreadyThere(directory: String)
        case fetched(directory: String)
    }

    package let source: ArchiveSource
    /// The directory that gets the subdirectory `cifar-10-batches-bin`.
    package let directory: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - directory: `nil` for the cache.
    ///   - environment: where curl is found, and which proxy it uses.
    /// - Throws: where this user has no cache.
    package init(
        source: ArchiveSource, directory: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(DataSetError) {
        self.source = source
        self.environment = environment
        self.directory = try DataCache.directory(named: directory)
    }

    private var target: String { directory + "/" + CIFAR10Files.directoryName }
    private var temporaryDirectory: String { directory + "/.unpacking" }
    package var partialPath: String { directory + "/cifar-10-binary.tar.gz.part" }

    /// Blocks until the batches are in place, and calls `report` meanwhile.
    ///
    /// - Throws: a `DataSetError` where the directory cannot be written or another fetch holds it, or the archive
    ///   cannot be had, is another one than expected, or cannot be unpacked.
    package func run(report: @escaping (Event) -> Void) throws(DataSetError) -> Outcome {
        if isThere { return .alreadyThere(directory: target) }
        try createDirectory(directory)
        let partial = try PartialFile(path: partialPath)
        // Another fetch may have ended between the first look and the lock.
        if isThere {
            try partial.remove()
            return .alreadyThere(directory: target)
        }
        let archive = try obtain(into: partial, report: report)
        report(.unpacking(path: archive))
        try unpack(archive)
        try partial.remove()
        return .fetched(directory: target)
    }

    private var isThere: Bool {
        (try? CIFAR10Files(directory: target).load()) != nil
    }

    /// The path of an archive with the right checksum.
    private func obtain(
        into partial: borrowing PartialFile, report: @escaping (Event) -> Void
    ) throws(DataSetError) -> String {
        if source.url.isFileURL {
            report(.checking(path: source.url.path))
            try Checksum.check(source.url.path, against: source.checksums)
            return source.url.path
        }
        let byteCount = try partial.byteCount()
        report(.downloading(source.url, from: byteCount))
        var download = Download(
            url: source.url, path: partial.path, descriptor: partial.descriptor, byteCount: byteCount
        ) { report(.received(byteCount: $0, total: $1)) }
        try download.run(environment: environment)
        report(.checking(path: partial.path))
        do {
            try Checksum.check(partial.path, against: source.checksums)
        } catch  where error.code == .wrongChecksum {
            // Kept, it would make every later call fail as well.
            try partial.remove()
            throw DataSetError(
                .wrongChecksum, path: source.url.absoluteString,
                message: error.message + "; the download is removed: try again, or name a mirror with `--from URL`")
        }
        return partial.path
    }

    /// Unpacks into a directory beside the target, checks the batches, and renames.
    private func unpack(_ archive: String) throws(DataSetError) {
        // The lock on the partial file makes this directory ours; a killed fetch may have left it.
        try removeTree(temporaryDirectory)
        try createDirectory(temporaryDirectory)
        defer { try? removeTree(temporaryDirectory) }
        try extract(archive, into: temporaryDirectory)
        let batches: CIFAR10Files
        do {
            batches = try CIFAR10Files(directory: temporaryDirectory)
            _ = try batches.load()
        } catch {
            throw DataSetError(
                .badArchive, path: archive, offset: error.offset,
                message: "the archive does not hold CIFAR-10's binary batches: \(error)")
        }
        // What fails the check is in the way of the rename; it goes with the temporary directory.
        if rename(target, temporaryDirectory + "/replaced") != 0, errno != ENOENT {
            throw .system("replace", path: target, errno: errno)
        }
        guard rename(batches.directory, target) == 0 else { throw .system("create", path: target, errno: errno) }
    }
}

/// Runs `tar`, which every Debian has.
private func extract(_ archive: String, into directory: String) throws(DataSetError) {
    let tar: FinishedProcess
    do throws(SystemCallError) {
        tar = try FinishedProcess(running: ["tar", "-xzf", archive, "-C", directory, "--no-same-owner"])
    } catch {
        throw DataSetError(.badArchive, path: archive, message: "cannot run tar: \(error)")
    }
    guard tar.end == .exited(0) else {
        let reason = tar.errors.split(separator: "\n").first.map(String.init) ?? "\(tar.end)"
        throw DataSetError(.badArchive, path: archive, message: "tar cannot unpack the archive: \(reason)")
    }
}

/// Creates a directory and its parents, as far as they are missing.
private func createDirectory(_ path: String) throws(DataSetError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw .foundation("create the directory", path: path, error: error)
    }
}

/// Removes a directory with all in it; none there is fine.
private func removeTree(_ path: String) throws(DataSetError) {
    guard access(path, F_OK) == 0 else { return }
    do {
        try FileManager.default.removeItem(atPath: path)
    } catch {
        throw .foundation("remove", path: path, error: error)
    }
}

extension DataSetError {
    /// An error of `FileManager`, with the system's error number that lies under it.
    fileprivate static func foundation(_ action: String, path: String, error: any Error) -> DataSetError {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        if let underlying = underlying as? POSIXError {
            return .system(action, path: path, errno: underlying.code.rawValue)
        }
        return DataSetError(.system, path: path, message: "cannot \(action): \(error.localizedDescription)")
    }
}
