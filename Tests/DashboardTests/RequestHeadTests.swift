import Dashboard
import Testing

/// Which heads say one thing alone.
struct RequestHeadTests {
    @Test(
        arguments: [
            ("/", ["localhost:80"], "/", "localhost:80"),
            ("/a?b=http://c/", ["localhost"], "/a?b=http://c/", "localhost"),
            ("//evil.example/", ["localhost"], "//evil.example/", "localhost"), ("/", ["[::1]:80"], "/", "[::1]:80"),
            ("/", [""], "/", ""), ("*", ["localhost"], "*", "localhost"),
            // The name of a whole address counts.
            ("http://evil.example/a?b", ["localhost"], "/a?b", "evil.example"),
            ("HTTP://localhost:80", ["evil.example"], "/", "localhost:80"),
            ("https://localhost?b", ["localhost"], "/?b", "localhost"),
            // A request to a proxy.
            ("evil.example:443", ["localhost"], "evil.example:443", "localhost"),
        ] as [(String, [String], String, String)])
    func `a head that says one thing is read so`(_ target: String, _ hosts: [String], _ read: String, _ host: String) {
        let head = RequestHead(target: target, hosts: hosts)
        #expect(head?.target == read && head?.host == host)
    }

    @Test(
        arguments: [
            ("/", []), ("/", ["localhost", "localhost"]), ("/", ["localhost", "evil.example"]), ("/", ["a b"]),
            ("/", ["evil@localhost"]), ("/", ["localhost:8o"]), ("/", ["localhost/"]), ("/", ["[::1]evil"]),
            ("/#a", ["localhost"]), ("", ["localhost:80/"]), ("a/b", ["localhost"]), ("http:///a", ["localhost"]),
            ("http://evil@localhost/", ["localhost"]), ("http://localhost#a/", ["localhost"]),
            ("ftp://localhost/", ["localhost"]), ("http://localhost/", []), ("http://localhost/", ["a", "b"]),
        ] as [(String, [String])])
    func `a head that says two things, or none, is no request`(_ target: String, _ hosts: [String]) {
        #expect(RequestHead(target: target, hosts: hosts) == nil)
    }

    @Test func `version 1.0 may do without a name, and knows no coding`() {
        let head = RequestHead(target: "/", hosts: [], isVersion10: true)
        #expect(head?.target == "/" && head?.host == nil)
        #expect(RequestHead(target: "/", hosts: ["a", "b"], isVersion10: true) == nil)
        #expect(RequestHead(target: "/", hosts: ["localhost"], isVersion10: true, codings: ["chunked"]) == nil)
    }

    @Test func `a body is coded in one way, in pieces`() {
        for coding in ["chunked", "Chunked"] {
            #expect(RequestHead(target: "/", hosts: ["localhost"], codings: [coding]) != nil)
        }
        for codings in [["gzip"], ["gzip, chunked"], ["chunked", "chunked"], ["chunked", "identity"], [""]] {
            #expect(RequestHead(target: "/", hosts: ["localhost"], codings: codings) == nil, "\(codings)")
        }
    }
}
