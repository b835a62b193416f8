import Glibc
import Journal

/// Where the sockets of this host are: in a directory of this user alone, under names that the run directory has for
/// itself. A coordinator that was killed leaves them behind, and the next one takes them over.
///
/// Not in the run directory, whose path may be longer than that of a socket can be.
struct PrivateSockets {
    /// Of this host's worker.
    let workers: String
    /// Of commands in other terminals.
    let control: String
    private let parent = "/tmp/sweep-\(getuid())"

    init(of directory: RunDirectory) throws(CoordinatorError) {
        var status = stat()
        guard stat(directory.path, &status) == 0 else {
            throw CoordinatorError("\(directory): cannot be read: \(String(cString: strerror(errno)))")
        }
        let name = "\(parent)/\(status.st_dev)-\(status.st_ino)"
        workers = name + ".socket"
        control = name + ".control"
    }

    func makeDirectory() throws(CoordinatorError) {
        mkdir(parent, 0o700)
        guard isPrivate else {
            throw CoordinatorError("\(parent): must be a directory that only this user can enter; remove it")
        }
    }

    /// Whether nobody else can have put anything there.
    var isPrivate: Bool {
        var status = stat()
        return lstat(parent, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid()
            && status.st_mode & 0o077 == 0
    }
}
