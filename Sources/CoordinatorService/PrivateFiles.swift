import ChildProcesses
import Foundation
import Glibc
import HostSystem
import Journal
import Transport

/// Where the sockets of this host are, and the lock of its worker: in a directory of this user alone, under names that
/// the run directory has for itself. A coordinator that was killed leaves them behind, and the next one takes them
/// over.
///
/// Not in the run directory, unless there is no other place: its path may be longer than that of a socket can be.
package struct PrivateFiles {
    /// The socket to which this host's worker connects.
    package let workerSocket: String
    /// The socket to which commands in other terminals connect.
    package let controlSocket: String
    /// This host's worker has it for as long as it lives.
    package let workerLock: ProcessLock
    /// The keys of a sweep of this host alone, whose user has no other place for them.
    package let keys: String
    package let parent: RuntimeDirectory

    /// For a coordinator: takes the directory that the last one took, or makes one.
    ///
    /// - Parameter recorded: the journal's `runtimeDirectory`.
    /// - Throws: where the run directory is not there, or no place can be used.
    package static func make(
        of directory: RunDirectory, recorded: String?, environment: [String: String]
    ) throws(CoordinatorError) -> Self {
        let name = try name(of: directory)
        do {
            let parent = try RuntimeDirectory.make(
                recorded: recorded, candidates: candidates(of: directory, environment),
                longestName: "\(name)\(longestSuffix)".utf8.count)
            return Self(parent: parent, name: name)
        } catch {
            throw CoordinatorError(error.description)
        }
    }

    /// For other commands; `nil` where no coordinator of this user can be.
    ///
    /// - Throws: a `CoordinatorError` where the run directory cannot be read.
    package static func find(
        of directory: RunDirectory, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CoordinatorError) -> Self? {
        let name = try name(of: directory)
        // Where the journal cannot be read now, the place that this environment names is as good as any.
        let recorded = try? JournalReader(of: directory).settings()[.runtimeDirectory]
        let parent = RuntimeDirectory.find(recorded: recorded, candidates: candidates(of: directory, environment))
        return parent.map { Self(parent: $0, name: name) }
    }

    private init(parent: RuntimeDirectory, name: String) {
        self.parent = parent
        let path = "\(parent.path)/\(name)"
        workerSocket = path + ".socket"
        controlSocket = path + Self.longestSuffix
        workerLock = ProcessLock(path: path + ".worker")
        keys = path + ".keys"
    }

    /// In the run directory, where no other place is to be had.
    private static let ownName = ".sockets"
    private static let longestSuffix = ".control"

    /// The same for two paths of one directory.
    private static func name(of directory: RunDirectory) throws(CoordinatorError) -> String {
        var status = stat()
        guard stat(directory.path, &status) == 0 else {
            throw CoordinatorError("\(directory): cannot be read: \(SystemReason.text(errno))")
        }
        return "\(status.st_dev)-\(status.st_ino)"
    }

    private static func candidates(
        of directory: RunDirectory, _ environment: [String: String]
    ) -> [RuntimeDirectory.Candidate] {
        // As it is for everybody, wherever they stand.
        let path = realpath(directory.path, nil)
        defer { free(path) }
        return RuntimeDirectory.candidates(
            environment: environment, fallback: path.map { "\(String(cString: $0))/\(ownName)" })
    }

    /// At the end of a coordinator, when no worker is left: the keys of a sweep of this host alone, and a directory
    /// that is the run directory's own.
    package func remove() {
        unlink(workerSocket)
        unlink("\(keys)/\(KeyStore.secretFile)")
        for part in KeyStore.parts { rmdir("\(keys)/\(part)") }
        rmdir(keys)
        workerLock.removeFileIfFree()
        if parent.path.hasSuffix("/\(Self.ownName)") { rmdir(parent.path) }
    }

    /// Marks all of them as used now.
    func touch() {
        for path in [parent.path, workerSocket, controlSocket, workerLock.path, keys] {
            utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
        }
    }
}
