import Glibc
import HostSystem
import Testing

struct UnixAddressTests {
    private func listener(_ bind: (Int32) -> Int32?) -> (descriptor: Int32, code: Int32?) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        return (descriptor, bind(descriptor))
    }

    @Test func `a socket is found at the path that it was bound to`() {
        let path = "/tmp/sweep-address-\(getpid())"
        let (server, code) = listener { server in withUnixAddress(of: path) { bind(server, $0, $1) } }
        #expect(code == 0 && listen(server, 1) == 0 && access(path, F_OK) == 0)
        let (client, answer) = listener { client in withUnixAddress(of: path) { connect(client, $0, $1) } }
        #expect(answer == 0)
        for descriptor in [server, client] { close(descriptor) }
        unlink(path)
    }

    @Test func `a path has at most 107 bytes`() {
        let longest = "/" + String(repeating: "a", count: RuntimeDirectory.socketPathLimit - 1)
        // The family, the path and the zero byte at its end.
        #expect(withUnixAddress(of: longest) { _, length in Int(length) } == 2 + 108)
        #expect(withUnixAddress(of: longest + "a") { _, length in Int(length) } == nil)
    }

    @Test func `an abstract name is one's alone until its socket is closed`() {
        let name = "sweep-test-\(getpid())"
        func take() -> (Int32, Int32?) {
            listener { descriptor in withAbstractUnixAddress(named: name) { bind(descriptor, $0, $1) } }
        }
        let (first, code) = take()
        #expect(code == 0)
        let (second, refusal) = take()
        #expect(refusal == -1)
        close(first)
        let (third, answer) = take()
        #expect(answer == 0)
        for descriptor in [second, third] { close(descriptor) }
    }
}
