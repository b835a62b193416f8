import Foundation
import PageFixtures
import Testing

/// The live page of a real sweep, in a real browser where there is one.
@Suite(.timeLimit(.minutes(5)))
struct DashboardTests {
    @Test func `a running sweep is shown in every form`() async throws {
        let sandbox = try Sandbox()
        let (sweep, url) = try await start(sandbox, epochs: 12)
        let port = try #require(url.port)
        try await sandbox.waitForEpochs(1, storedBy: sweep, in: "runs/small")
        let events = try await sandbox.holdingLocalWorker {
            let json = try JSONSerialization.jsonObject(with: Data(try await fetch(port: port, "/api/sweep").body.utf8))
            let object = try #require(json as? [String: Any])
            #expect(object["name"] as? String == "small" && (object["grid"] as? [Any])?.count == 6)
            let metrics = try await fetch(port: port, "/metrics").body
            #expect(metrics.contains("sweep_epochs{sweep=\"small\"} 72.0\n"))
            #expect(try await fetch(port: port, "/").body.contains("<span class=\"standing live\">running</span>"))
            let events = try PageConnection(port: port)
            events.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return events
        }
        #expect(await events.read { $0.contains("event: over") })
        let result = await sweep.result()
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(events.text.contains("<progress max=\\\"72\\\" value=\\\"72\\\">"))
    }

    @Test func `every record is shown while the sweep runs`() async throws {
        let sandbox = try Sandbox()
        let (sweep, url) = try await start(sandbox, epochs: 12)
        let events = try PageConnection(port: try #require(url.port))
        events.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for round in 1...4 {
            try await sandbox.waitForEpochs(round * 6, storedBy: sweep, in: "runs/small")
            // What comes later cannot bring it along.
            try await sandbox.holdingLocalWorker {
                let stored = try await sandbox.status(of: "runs/small").epochsStored
                let isShown = await events.read { shownEpochs($0) >= stored }
                #expect(isShown, "\(stored) are stored, and the page ends with: \(events.text.suffix(2_000))")
            }
        }
        #expect(await sweep.result().exitCode == 0)
    }

    @Test func `the address is checked before anything starts`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(), to: "small.yaml")
        let bad = try await sandbox.run("run", "small.yaml", "--dashboard", "nowhere:8080")
        #expect(bad.exitCode == 2 && bad.errors.contains("--dashboard nowhere:8080: give an IPv4 address"))
        let listener = try Listener()
        let occupied = try await sandbox.run("run", "small.yaml", "--dashboard", "127.0.0.1:\(listener.port)")
        #expect(occupied.exitCode == 1 && occupied.errors.contains("127.0.0.1:\(listener.port) is in use"))
        #expect(occupied.errors.split(separator: "\n").count == 1, "\(occupied.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.file("runs")))
    }

    @Test(
        .enabled(
            if: Browser.executable != nil,
            "no chromium is installed, so no page was opened: apt-get install chromium"))
    func `a page in a browser follows the sweep by itself`() async throws {
        let sandbox = try Sandbox()
        let browser = try Browser()
        defer { browser.close() }
        let (sweep, url) = try await start(sandbox, epochs: 40)
        try await sandbox.waitForEpochs(1, storedBy: sweep, in: "runs/small")
        let (wide, narrow, stored) = try await sandbox.holdingLocalWorker {
            let wide = try await browser.open(url.absoluteString, width: 1400)
            let narrow = try await browser.open(url.absoluteString, width: 400)
            for page in [wide, narrow] {
                try await page.wait(until: "document.getElementById('connection')?.textContent === 'live'")
                try await page.evaluate("window.opened = 'once'")
            }
            try await wide.wait(until: "document.querySelectorAll('#workers tbody tr').length === 1")
            return (wide, narrow, try await wide.evaluate("document.querySelector('progress').value"))
        }
        try await wide.wait(until: "document.querySelector('progress').value > \(stored)")
        try await wide.wait(until: "document.querySelectorAll('#map i.d').length > 1")
        try await wide.wait(until: "document.querySelector('#curves svg.chart g path') !== null")
        #expect(try await narrow.evaluate("document.documentElement.scrollWidth <= 400") == "true")

        for page in [wide, narrow] {
            try await page.wait(until: "document.getElementById('connection').className === 'over'")
            #expect(try await page.evaluate("window.opened") == "once", "the page was loaded again")
            #expect(try await page.evaluate("document.querySelector('.standing').textContent") == "finished")
            #expect(try await page.evaluate("document.querySelectorAll('#map .cells i.d').length") == "6")
        }
        #expect(browser.problems.isEmpty, "\(browser.problems)")
        #expect(await sweep.result().exitCode == 0)
    }

    @Test(.enabled(if: Browser.executable != nil, "no chromium is installed: apt-get install chromium"))
    func `a page says that it is cut off and finds the next coordinator`() async throws {
        let sandbox = try Sandbox()
        let browser = try Browser()
        defer { browser.close() }
        let (sweep, url) = try await start(sandbox, epochs: 10_000)
        let page = try await browser.open(url.absoluteString, width: 1400)
        try await page.wait(until: "document.getElementById('connection')?.textContent === 'live'")
        let instance = try await page.evaluate("document.body.dataset.instance")
        sweep.send(SIGKILL)
        _ = await sweep.result()
        try await page.wait(until: "document.getElementById('connection').className === 'cut'")

        let next = try sandbox.start("run", "small.yaml", "--slots", "2", "--dashboard", "\(try #require(url.port))")
        _ = try await next.page()
        // The document of the page is another one then, and with it what waits for it.
        while try await page.evaluate("document.body?.dataset.instance") == instance {
            _ = try? await page.evaluate("new Promise((resolve) => addEventListener('pagehide', resolve))")
        }
        try await page.wait(until: "document.getElementById('connection')?.textContent === 'live'")
        next.send(SIGINT)
        try await page.wait(until: "document.getElementById('connection').className === 'over'")
        #expect(try await page.evaluate("document.querySelector('.standing').textContent") == "stopped")
        #expect(await next.result().exitCode == 130)
    }

    /// Six tasks in two slots, and the page's address. Its worker can be held for as long as a browser takes.
    private func start(_ sandbox: Sandbox, epochs: Int) async throws -> (Program, URL) {
        try sandbox.write(SweepFiles.small(epochs: epochs, trainLimit: 400), to: "small.yaml")
        let sweep = try sandbox.start(
            "run", "small.yaml", "--slots", "2", "--verbose", "--dashboard", "127.0.0.1:0", "--lease", "300")
        return (sweep, try await sweep.page())
    }
}

/// The last value of the progress bar that was sent.
private func shownEpochs(_ text: String) -> Int {
    guard let start = text.range(of: "value=\\\"", options: .backwards) else { return 0 }
    return Int(text[start.upperBound...].prefix { $0.isNumber }) ?? 0
}
