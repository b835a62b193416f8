import Glibc
import HostSystem
import Testing

/// Who is at the other end of a socket, as the kernel says.
struct UnixPeerTests {
    @Test func `the other end of a connection has a user`() {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        #expect(ends.map(userOfPeer) == [geteuid(), geteuid()])
        for end in ends { close(end) }
    }

    @Test func `where there is no other end there is no user`() {
        let alone = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect([alone, file, -1].map(userOfPeer) == [nil, nil, nil])
        for descriptor in [alone, file] { close(descriptor) }
    }
}
