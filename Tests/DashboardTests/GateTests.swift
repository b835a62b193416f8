import Dashboard
import Testing

struct GateTests {
    @Test(
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080", true), ("localhost:0", "127.0.0.1:0", true),
            ("9000", "127.0.0.1:9000", true),
            ("[::1]:80", "[::1]:80", true), ("0.0.0.0:8080", "0.0.0.0:8080", false), ("[::]:1", "[::]:1", false),
            ("192.0.2.7:65535", "192.0.2.7:65535", false), ("127.8.9.1:5", "127.8.9.1:5", true),
        ])
    func `addresses of a page are read`(_ text: String, _ description: String, _ isLoopback: Bool) throws {
        let address = try DashboardAddress(text)
        #expect(address.description == description && address.isLoopback == isLoopback)
    }

    @Test(
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]", "host:80", "*:80",
            "127.0.0.1:8 ", "[127.0.0.1]:80", "300.0.0.1:80", "http://127.0.0.1:80",
        ])
    func `texts that are no address are refused`(_ text: String) {
        #expect(throws: DashboardError.self) { try DashboardAddress(text) }
    }

    @Test(arguments: ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "127.5.5.5", "[::1]:8080"])
    func `this host may look by its own names`(_ authority: String) {
        #expect(Gate(token: nil).verdict(method: "GET", authority: authority, path: "/") == .route(""))
    }

    @Test(arguments: [
        "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::2]", "192.0.2.1", nil,
    ])
    func `a name of another site is refused`(_ authority: String?) {
        let verdict = Gate(token: nil).verdict(method: "GET", authority: authority, path: "/")
        #expect(verdict == .badHost)
    }

    @Test(arguments: [
        "localhost, evil.example", "evil@localhost", "localhost:80:80", "localhost:8o", "[::1", "[::1]x", "?",
    ])
    func `what is no name of a host is no request, with a token, too`(_ authority: String) {
        let token = AccessToken()
        for (gate, path) in [
            (Gate(token: nil), "/"), (Gate(token: token), "/\(token.text)/"), (Gate(token: token), "/"),
        ] {
            #expect(gate.verdict(method: "GET", authority: authority, path: path) == .badRequest)
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "get"])
    func `nothing but reading is allowed`(_ method: String) {
        #expect(Gate(token: nil).verdict(method: method, authority: "localhost", path: "/") == .badMethod)
    }

    @Test(
        arguments: [
            ("same-origin", "cors", "empty", true), ("none", "navigate", "document", true), (nil, nil, nil, true),
            // A link on another site, which a person followed.
            ("cross-site", "navigate", "document", true), ("same-site", "navigate", "document", true),
            ("cross-site", "navigate", "iframe", false), ("cross-site", "navigate", nil, false),
            ("cross-site", "no-cors", "script", false), ("cross-site", nil, nil, false),
            // Another port of this host is another program's.
            ("same-site", "cors", "empty", false), ("", "navigate", "object", false),
            ("cross-site, none", nil, nil, false),
        ] as [(String?, String?, String?, Bool)])
    func `what a page of another site asks for is refused`(
        _ site: String?, _ mode: String?, _ destination: String?, _ isAnswered: Bool
    ) {
        let cause = RequestCause(site: site, mode: mode, destination: destination)
        let token = AccessToken()
        for (gate, path) in [(Gate(token: nil), "/metrics"), (Gate(token: token), "/\(token.text)/metrics")] {
            let verdict = gate.verdict(method: "GET", authority: "localhost", path: path, cause: cause)
            #expect(verdict == (isAnswered ? .route("metrics") : .foreignPage))
        }
        // Nothing is learnt where there is nothing to see.
        let outside = Gate(token: token).verdict(method: "GET", authority: "localhost", path: "/", cause: cause)
        #expect(outside == .nothingHere)
    }

    @Test func `with a token nothing is seen without it`() {
        let token = AccessToken()
        let gate = Gate(token: token)
        func verdict(_ path: String, method: String = "GET") -> Gate.Verdict {
            gate.verdict(method: method, authority: "any.example", path: path)
        }
        #expect(verdict("/\(token.text)/") == .route("") && verdict("/\(token.text)/api/sweep") == .route("api/sweep"))
        #expect(verdict("/\(token.text)") == .redirect(to: "/\(token.text)/"))
        let others = [
            "/", "/api/sweep", "//", "/\(token.text.dropLast())/", "/\(token.text)x/", "/\(AccessToken().text)/",
        ]
        for path in others {
            #expect(verdict(path) == .nothingHere, "\(path)")
            #expect(verdict(path, method: "POST") == .nothingHere, "\(path)")
        }
        #expect(verdict("/\(token.text)/", method: "POST") == .badMethod)
    }

    @Test func `a token matches itself, and no other one`() {
        let token = AccessToken()
        #expect(token.matches(token.text))
        for _ in 0..<2000 { #expect(!token.matches(AccessToken().text)) }
        let characters = Array(token.text)
        for place in characters.indices {
            for other in ["A", "a", "_", "5"] as [Character] where other != characters[place] {
                var changed = characters
                changed[place] = other
                #expect(!token.matches(String(changed)), "\(String(changed)) for \(token.text)")
            }
        }
    }

    @Test func `tokens are 128 bits for an address`() throws {
        let tokens = (0..<100).map { _ in AccessToken().text }
        #expect(Set(tokens).count == 100)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: #/[A-Za-z0-9_-]{22}/#) != nil })
    }
}
