import Glibc

/// The file `….part` of an unfinished download, held under a lock, so that two fetches do not mix their bytes.
struct PartialFile: ~Copyable {
    let path: String
    let descriptor: CInt

    /// Opens or creates the file and keeps what it holds.
    init(path: String) throws(DataSetError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("create", path: path, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw .system("lock", path: path, errno: code) }
            throw DataSetError(
                .busy, path: path, errno: code, message: "another `sweep data fetch` is writing here; wait for its end")
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func byteCount() throws(DataSetError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("stat", path: path, errno: errno) }
        return Int(status.st_size)
    }

    func remove() throws(DataSetError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("remove", path: path, errno: errno) }
    }
}
