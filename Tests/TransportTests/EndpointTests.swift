import Testing
import Transport

struct EndpointTests {
    @Test(
        arguments: [
            "tcp://127.0.0.1:5555", "tcp://0.0.0.0:1", "tcp://[::1]:65535", "tcp://[fe80::1%eth0]:7", "tcp://*:0",
            "tcp://eth0:5555", "tcp://host-1.example.org:5555", "ipc:///run/sweep/socket", "ipc://relative",
        ])
    func `an endpoint is read as it is written`(text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test func `an endpoint has port 0 where the system is to choose`() throws {
        #expect(try Endpoint("tcp://127.0.0.1:*").address == .tcp(host: "127.0.0.1", port: 0))
    }

    @Test(
        arguments: [
            ("", "tcp://ADDR:PORT"), ("127.0.0.1:5555", "tcp://ADDR:PORT"), ("TCP://127.0.0.1:1", "tcp://ADDR:PORT"),
            ("udp://127.0.0.1:1", "tcp://ADDR:PORT"), ("tcp://", "add a port"), ("tcp://host", "add a port"),
            ("tcp://host:", "0 to 65535"), ("tcp://host:65536", "0 to 65535"), ("tcp://host:-1", "0 to 65535"),
            ("tcp://host:+1", "0 to 65535"), ("tcp://host: 1", "0 to 65535"), ("tcp://host:٣", "0 to 65535"),
            ("tcp://:5555", "IPv4"), ("tcp://1.2.3:5555", "IPv4"), ("tcp://256.1.1.1:1", "IPv4"),
            ("tcp://::1:5555", "brackets"), ("tcp://[::1:5555", "brackets"), ("tcp://[1.2.3.4]:5", "brackets"),
            ("tcp://[::1]5555", "0 to 65535"), ("tcp://[::1%]:5", "brackets"), ("tcp://a b:5", "host name"),
            ("tcp://a;b:5", "host name"), ("tcp://hôte:5", "host name"), ("ipc://", "path"), ("ipc://*", "path"),
            ("ipc://@abstract", "path"), ("ipc:///a\0b", "path"),
            // A mark that combines with what is before it.
            ("ipc://@\u{301}abstract", "path"),
        ])
    func `a text that is no endpoint is refused with a remedy`(text: String, remedy: String) {
        let error = #expect(throws: TransportError.self) { try Endpoint(text) }
        #expect(error?.code == .invalidEndpoint)
        #expect(error?.remedy?.contains(remedy) == true, "\(error?.description ?? "")")
    }

    @Test func `a mark that combines with the slash before it belongs to the path`() throws {
        #expect(try Endpoint("ipc://\u{301}x").address == .ipc(path: "\u{301}x"))
    }

    @Test func `an endpoint takes a path of 107 bytes and no longer one`() throws {
        let longest = "/" + String(repeating: "p", count: 106)
        #expect(try Endpoint("ipc://\(longest)").address == .ipc(path: longest))
        let error = #expect(throws: TransportError.self) { try Endpoint("ipc://\(longest)p") }
        #expect(error?.remedy?.contains("108 bytes") == true)
    }

    @Test(
        arguments: [
            ("tcp://host:1", true), ("tcp://*:1", false), ("tcp://0.0.0.0:1", false), ("tcp://[::]:1", false),
            ("tcp://host:0", false), ("ipc://x", true),
        ])
    func `an endpoint can be connected to unless it is a wildcard`(text: String, expected: Bool) throws {
        #expect(try Endpoint(text).isConnectable == expected)
    }
}
