import ChildProcesses
import Glibc
import Journal

/// Where the sockets of this host are, and the lock of its worker: in a directory of this user alone, under names that
/// the run directory has for itself. A coordinator that was killed leaves them behind, and the next one takes them over.
///
/// Not in the run directory, whose path may be longer than that of a socket can be.
struct PrivateFiles {
    /// Of this host's worker.
    let workerSocket: String
    /// Of commands in other terminals.
    let controlSocket: String
    /// This host's worker has it for as long as it lives.
    let workerLock: ProcessLock
    private let parent = "/tmp/sweep-\(getuid())"

    init(of directory: RunDirectory) throws(CoordinatorError) {
        var status = stat()
        guard stat(directory.path, &status) == 0 else {
            throw CoordinatorError("\(directory): cannot be read: \(String(cString: strerror(errno)))")
        }
        let name = "\(parent)/\(status.st_dev)-\(status.st_ino)"
        workerSocket = name + ".socket"
        controlSocket = name + ".control"
        workerLock = ProcessLock(path: name + ".worker")
    }

    func makeDirectory() throws(CoordinatorError) {
        mkdir(parent, 0o700)
        guard isPrivate else {
            throw CoordinatorError("\(parent): must be a directory that only this user can enter; remove it")
        }
    }

    /// Marks all of them as used now.
    func touch() {
        for path in [parent, workerSocket, controlSocket, workerLock.path] {
            utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Whether nobody else can have put anything there.
    var isPrivate: Bool {
        var status = stat()
        return lstat(parent, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid()
            && status.st_mode & 0o077 == 0
    }
}
