import Dashboard
import Experiment
import Foundation
import PageFixtures
import TestSupport
import Testing

/// The real server on a port of the system's choice.
@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    @Test func `every route answers and is protected`() async throws {
        try await withDashboard { dashboard, port in
            let types = [
                "/": "text/html; charset=utf-8", "/page.css": "text/css; charset=utf-8",
                "/page.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
                "/api/sweep": "application/json", "/metrics": "text/plain; version=0.0.4; charset=utf-8",
            ]
            for (path, type) in types {
                let answer = try await fetch(port: port, path)
                #expect(answer.status == 200 && answer.headers["content-type"] == type, "\(path)")
                #expect(answer.headers["content-length"] == "\(answer.body.utf8.count)", "\(path)")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["referrer-policy"] == "no-referrer")
                #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
                #expect(answer.headers["access-control-allow-origin"] == nil)
                let head = try await fetch(port: port, path, method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty && head.headers["content-type"] == type)
                #expect(head.headers["content-length"] == answer.headers["content-length"] || path == "/metrics")
            }
            #expect(try await fetch(port: port, "/else").status == 404)
        }
    }

    /// Also the stream of events, the metrics, the tables, and what is not there.
    static let routes = [
        "/", "/page.css", "/page.js", "/icon.svg", "/api/sweep", "/metrics", "/events", "/files/epochs.csv", "/else",
    ]

    @Test(arguments: routes)
    func `every route can only be read, by this host's names and by no page of another site`(
        _ route: String
    ) async throws {
        try await withDashboard { _, port in
            for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
                let answer = try await fetch(port: port, route, method: method, headers: ["Content-Length: 0"])
                #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD", "\(method)")
            }
            #expect(try await fetch(port: port, route, host: "evil.example").status == 403)
            for site in ["cross-site", "same-site"] {
                for method in ["GET", "HEAD"] {
                    let answer = try await fetch(
                        port: port, route, method: method,
                        headers: ["Sec-Fetch-Site: \(site)", "Sec-Fetch-Mode: no-cors"])
                    #expect(answer.status == 403 && !answer.body.contains("sample"), "\(method) \(site)")
                }
            }
            let own = try await fetch(port: port, route, method: "HEAD", headers: ["Sec-Fetch-Site: same-origin"])
            #expect(own.status == (route == "/else" ? 404 : 200))
            #expect(own.headers["cross-origin-opener-policy"] == "same-origin")
        }
    }

    @Test func `only the tables of the run directory are served`() async throws {
        try await withDashboard { dashboard, port in
            let file = try await fetch(port: port, "/files/epochs.csv")
            #expect(file.status == 200 && file.body == "norm,seed\nbn,1\n")
            #expect(file.headers["content-disposition"] == "attachment; filename=\"epochs.csv\"")
            for path in ["final.csv", "sweep.yaml", "../secret", "%2e%2e/secret", "", "link.csv", "attempts.csv"] {
                #expect(try await fetch(port: port, "/files/\(path)").status == 404, "\(path)")
            }
        }
    }

    @Test func `an open page is told of changes and of the end`() async throws {
        try await withDashboard { dashboard, port in
            let connection = try PageConnection(port: port)
            connection.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await connection.read { $0.contains("event: state") })
            let state = makeState()
            dashboard.tell(.epochStored(state.tasks[0], makeRecord(1, accuracy: 43.21), by: worker))
            dashboard.tell(.taskFailed(state.tasks[1], reason: "<b>"))
            dashboard.show(makeSnapshot(of: state, [0: running(1)]))
            #expect(await connection.read { $0.contains("\"cells\":[2,\"r2\",1]") })
            #expect(connection.text.contains("43.21") && connection.text.contains("&lt;b&gt;"))
            let json = try await fetch(port: port, "/api/sweep").body
            #expect(json.contains("\"val_acc\":43.21") && json.contains("\"epochs_stored\":1"))
            dashboard.show(makeSnapshot(of: state, [0: done()], ending: .finished))
            await dashboard.end()
            #expect(await connection.read { $0.contains("event: over") })
            #expect(connection.text.contains("\"cells\":[2,\"d\",4]"))
            #expect(throws: PageFailure.self) { try PageConnection(port: port) }
        }
    }

    @Test func `elsewhere than on the loopback address the token is needed`() async throws {
        try await withDashboard(at: "0.0.0.0:0") { dashboard, port in
            let url = try #require(URL(string: dashboard.url(host: "192.0.2.1")))
            #expect(url.host == "192.0.2.1" && url.port == port && url.path.count == 1 + 22)
            let page = try await fetch(port: port, url.path + "/", host: "any.example")
            #expect(page.status == 200 && page.body.contains("<h1>sample</h1>"))
            #expect(try await fetch(port: port, url.path).status == 307)
            #expect(try await fetch(port: port, url.path + "/metrics").status == 200)
            for path in ["/", "/api/sweep", "/metrics", "/events", "/page.js", "/AAAAAAAAAAAAAAAAAAAAAA/"] {
                let answer = try await fetch(port: port, path)
                #expect(answer.status == 404 && answer.body.isEmpty, "\(path)")
            }
        }
    }

    @Test func `an address that cannot be had is said`() async throws {
        try await withDashboard { dashboard, port in
            let error = await #expect(throws: DashboardError.self) {
                try await Dashboard.start(at: DashboardAddress("127.0.0.1:\(port)"), descriptors: 22) { _ in }
            }
            #expect(error?.description == "127.0.0.1:\(port) is in use; choose another port, or 0 for one that is free")
        }
        let error = await #expect(throws: DashboardError.self) {
            try await Dashboard.start(at: DashboardAddress("192.0.2.1:0"), descriptors: 22) { _ in }
        }
        #expect(error?.description.contains("not an address of this host") == true)
    }

    /// Of those that say nothing, the oldest ones make room.
    @Test func `however many connect, the page takes no more descriptors than it was given`() async throws {
        try await withDashboard(descriptors: 22) { _, port in
            let connections = try (0..<60).map { _ in try PageConnection(port: port) }
            connections[59].send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await connections[59].read { $0.contains(" 200 ") })
            try await waitUntil("so many as may stay are there") { acceptedConnections(at: port) >= 7 }
            #expect(acceptedConnections(at: port) <= 11)
            withExtendedLifetime(connections) {}
        }
    }

    @Test func `half requests, however many, keep nobody from the page`() async throws {
        try await withDashboard(descriptors: 22) { _, port in
            let halves = try (0..<450).map { _ in
                let connection = try PageConnection(port: port)
                connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
                return connection
            }
            #expect(try await fetch(port: port, "/").status == 200)
            #expect(await !halves[0].read { _ in false }, "it made room")
            #expect(halves[0].text.isEmpty)
            withExtendedLifetime(halves) {}
        }
    }

    @Test func `a request that isn't whole in time ends its connection, and an open page stays`() async throws {
        try await withDashboard(patience: Dashboard.Patience(request: .milliseconds(500))) { dashboard, port in
            let page = try PageConnection(port: port)
            page.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await page.read { $0.contains("event: state") })
            let body = "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"
            for part in ["G", "GET / HTTP/1.1\r\nHost: loc", body, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
                let connection = try PageConnection(port: port)
                connection.send(part)
                // Until the server ends it.
                #expect(await !connection.read { _ in false })
                #expect(connection.text.contains(" 200 ") == part.contains("\r\n\r\n"), "\(part)")
            }
            dashboard.tell(.taskFailed(makeState().tasks[1], reason: "late news"))
            #expect(await page.read { $0.contains("late news") }, "it is open longer than a request may take")
        }
    }

    @Test func `bytes that trickle in do not stretch a request's time`() async throws {
        try await withDashboard(patience: Dashboard.Patience(request: .milliseconds(300))) { _, port in
            let connection = try PageConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
            // Each well before the time is over, for as long as it is there.
            let trickle = Task {
                while true {
                    connection.send("a")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(await !connection.read { _ in false }, "the server ends it")
            trickle.cancel()
            _ = await trickle.result
            #expect(connection.text.isEmpty, "\(connection.text)")
        }
    }

    @Test func `a reader that takes nothing of its answer is left`() async throws {
        let patience = Dashboard.Patience(reader: .milliseconds(200))
        try await withDashboard(patience: patience, table: String(repeating: "0123456789", count: 4 << 20)) { _, port in
            let reader = try PageConnection(port: port)
            reader.send("GET /files/epochs.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await reader.read { $0.contains(" 200 ") })
            try await waitUntil("its connection has ended") { acceptedConnections(at: port) == 0 }
            #expect(await !reader.read { _ in false })
            #expect(reader.text.contains(" 200 ") && reader.text.utf8.count < 40 << 20)
        }
    }

    /// Requests that two readers could read in two ways (RFC 9112), so that one would let through what the other one
    /// answers. Each ends its connection.
    static let ambiguous = [
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil@localhost\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\n\r\n",
        "GET http://evil@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0, 30\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        // Lines that are folded, end without a carriage return, or have one within.
        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\tHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\nHost: localhost\n\n",
        "GET / HTTP/1.1\r\nHost: localhost\nAccept: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: a\rHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nA\u{0}: b\r\n\r\n",
        "GET /a /b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]

    @Test(arguments: ambiguous)
    func `a request that can be read in two ways is none`(_ request: String) async throws {
        try await withDashboard { _, port in
            let connection = try PageConnection(port: port)
            // What would be an answer to somebody else.
            connection.send(request + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await !connection.read { _ in false }, "it ends the connection")
            #expect(connection.text.hasPrefix("HTTP/1.1 400 "), "\(connection.text.prefix(200))")
            #expect(connection.text.components(separatedBy: "HTTP/1.1 ").count == 2, "one answer")
            #expect(!connection.text.contains("sample"))
        }
    }

    /// A whole address names the host, whatever `Host` says.
    @Test func `a request with a whole address is for the host in it`() async throws {
        try await withDashboard { _, port in
            let requests = [
                ("http://evil.example/", "localhost", 403), ("http://localhost:1/metrics", "evil.example", 200),
                ("HTTP://127.0.0.1?x", "evil.example", 200),
            ]
            for (target, host, status) in requests {
                let answer = try await fetch(port: port, target, host: host)
                #expect(answer.status == status, "\(target)")
            }
            let options = try await fetch(port: port, "*", method: "OPTIONS")
            #expect([404, 405].contains(options.status))
        }
    }

    /// Requests that are none, and connections that say nothing, end without harm.
    @Test func `garbage leaves the server alone`() async throws {
        try await withDashboard { dashboard, port in
            for text in [
                "\0\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET http://x/ HTTP/1.1\r\n\r\n",
            ] {
                let connection = try PageConnection(port: port)
                connection.send(text)
                await connection.read { $0.contains("\r\n\r\n") }
                #expect(!connection.text.contains(" 200 "), "\(text)")
            }
            let silent = try PageConnection(port: port)
            #expect(try await fetch(port: port, "/").status == 200)
            #expect(silent.text.isEmpty)
        }
    }
}

/// How many sockets of this process are the server's end of a connection.
private func acceptedConnections(at port: Int) -> Int {
    (0..<Int32(4096)).count { descriptor in
        isConnected(descriptor) && localPort(of: descriptor) == port
    }
}

private func isConnected(_ descriptor: Int32) -> Bool {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
    } == 0
}

private func localPort(of descriptor: Int32) -> Int? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard code == 0, Int32(address.sin_family) == AF_INET else { return nil }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// Serves the sample from a run directory with one table, a secret beside it and a link to that.
private func withDashboard(
    at address: String = "127.0.0.1:0", descriptors: Int = 22, patience: Dashboard.Patience = Dashboard.Patience(),
    table: String = "norm,seed\nbn,1\n", _ body: (Dashboard, Int) async throws -> Void
) async throws {
    let temporary = TemporaryDirectory()
    defer { withExtendedLifetime(temporary) {} }
    let run = try temporary.makeDirectory("run")
    try temporary.write(table, to: "run/epochs.csv")
    for file in ["secret", "run/sweep.yaml"] { try temporary.write("secret", to: file) }
    try FileManager.default.createSymbolicLink(
        atPath: run + "/attempts.csv", withDestinationPath: temporary.file("secret"))
    let dashboard = try await Dashboard.start(
        at: DashboardAddress(address), descriptors: descriptors, patience: patience
    ) { _ in }
    let sweep = makeSweep()
    try dashboard.begin(
        SweepResults(sweep: sweep, tasks: sweep.tasks(dataDigest: digest), records: [:]), directory: run)
    do {
        try await body(dashboard, Int(dashboard.address.port))
    } catch {
        await dashboard.end()
        throw error
    }
    await dashboard.end()
}
