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
            #expect(try await fetch(port: port, "/", method: "POST", headers: ["Content-Length: 0"]).status == 405)
            #expect(try await fetch(port: port, "/", host: "evil.example").status == 403)
            #expect(try await fetch(port: port, "/else").status == 404)
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

    /// Connections beyond the limit wait in the kernel, and take nothing of this process.
    @Test func `however many connect, the page takes no more descriptors than it was given`() async throws {
        try await withDashboard(descriptors: 22) { _, port in
            let connections = try (0..<60).map { _ in try PageConnection(port: port) }
            connections[0].send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await connections[0].read { $0.contains(" 200 ") })
            try await waitUntil("all that may be accepted are") { acceptedConnections(at: port) >= 8 }
            #expect(acceptedConnections(at: port) <= 11)
            withExtendedLifetime(connections) {}
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
    at address: String = "127.0.0.1:0", descriptors: Int = 22, _ body: (Dashboard, Int) async throws -> Void
) async throws {
    let temporary = TemporaryDirectory()
    defer { withExtendedLifetime(temporary) {} }
    let run = try temporary.makeDirectory("run")
    try temporary.write("norm,seed\nbn,1\n", to: "run/epochs.csv")
    for file in ["secret", "run/sweep.yaml"] { try temporary.write("secret", to: file) }
    try FileManager.default.createSymbolicLink(
        atPath: run + "/attempts.csv", withDestinationPath: temporary.file("secret"))
    let dashboard = try await Dashboard.start(at: DashboardAddress(address), descriptors: descriptors) { _ in }
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
