import Glibc

/// An endpoint on which a socket listens. libzmq leaves the file of an `ipc` endpoint behind; this removes it.
struct BoundEndpoint {
    /// The endpoint with the port that the system chose.
    let actual: Endpoint
    /// The file of an `ipc` endpoint, to know it again.
    private let file: FileIdentity?

    /// As libzmq calls it.
    private let name: String

    init(binding socket: borrowing Socket, to endpoint: Endpoint) throws(TransportError) {
        socket.set(.ipv6, endpoint.usesIPv6 ? 1 : 0)
        try socket.bind(to: endpoint.description)
        name = socket.lastEndpoint()
        actual = try Endpoint(name)
        file = FileIdentity(of: actual)
    }

    /// Listens no more, and ends the connections that came in here. The address is free when libzmq's thread comes to
    /// it.
    func unbind(_ socket: borrowing Socket) { socket.unbind(from: name) }

    /// Removes the file, unless another process has put its own in the place.
    func removeFile() {
        guard case .ipc(let path) = actual.address, let file, FileIdentity(of: actual) == file else { return }
        unlink(path)
    }

    private struct FileIdentity: Equatable {
        let device: dev_t
        let inode: ino_t

        init?(of endpoint: Endpoint) {
            var status = stat()
            guard case .ipc(let path) = endpoint.address, stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            inode = status.st_ino
        }
    }
}
