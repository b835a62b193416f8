import ChildProcesses
import Foundation
import Synchronization
import TestSupport

/// Chromium without a window, driven through its debugging pipe (Chrome DevTools Protocol: JSON ended by a zero byte).
///
/// `@unchecked Sendable`: its calls are made by one task, one after the other.
package final class Browser: @unchecked Sendable {
    /// `nil` where there is none on the `PATH`.
    package static let executable: String? = {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        return ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in
            directories.map { "\($0)/\(name)" }
        }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    private let child: ChildProcess
    private let profile = TemporaryDirectory()
    private var unread: [UInt8] = []
    private var lastCall = 0
    /// What pages wrote to the console as an error or a warning, and what they threw.
    package private(set) var problems: [String] = []

    package init() throws {
        guard let executable = Self.executable else { throw PageFailure(description: "no browser is installed") }
        // The pipe's ends are descriptors 3 and 4; a sandbox needs what root and containers lack.
        let words = [
            executable, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--remote-debugging-pipe", "--user-data-dir=\(profile.path)", "about:blank",
        ]
        child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"] + words,
            environment: ProcessInfo.processInfo.environment)
    }

    /// Ends it; its profile goes with the value.
    package func close() {
        child.send(signal: SIGKILL)
        child.wait()
    }

    /// Opens a page in a window of that width.
    package func open(_ url: String, width: Int) async throws -> Page {
        let target = try await call("Target.createTarget", ["url": "about:blank"])
        let attached = try await call(
            "Target.attachToTarget", ["targetId": target["targetId"] as? String ?? "", "flatten": true])
        let page = Page(browser: self, session: attached["sessionId"] as? String ?? "")
        for domain in ["Page", "Runtime", "Log"] { try await page.call("\(domain).enable") }
        try await page.call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 640])
        try await page.call("Page.navigate", ["url": url])
        return page
    }

    @discardableResult
    fileprivate func call(
        _ method: String, _ parameters: [String: any Sendable] = [:], session: String? = nil
    ) async throws -> [String: Any] {
        lastCall += 1
        var message: [String: Any] = ["id": lastCall, "method": method, "params": parameters]
        message["sessionId"] = session
        try child.write(Array(try JSONSerialization.data(withJSONObject: message)) + [0])
        while true {
            let bytes = await nextMessage()
            guard let answer = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
                guard !Task.isCancelled else { throw WaitedInVain(for: "an answer to \(method) \(parameters)") }
                throw PageFailure(description: "\(method): the browser ended")
            }
            if answer["id"] as? Int == lastCall {
                if let error = answer["error"] { throw PageFailure(description: "\(method): \(error)") }
                return answer["result"] as? [String: Any] ?? [:]
            }
            note(answer)
        }
    }

    /// A page that is replaced while it is asked something may never answer: when the test's time is over, the browser
    /// is killed, and with it ends the wait.
    private func nextMessage() async -> [UInt8] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                NamedThread.detach(named: "browser") { [self] in continuation.resume(returning: readMessage()) }
            }
        } onCancel: {
            child.send(signal: SIGKILL)
        }
    }

    /// JSON's `null` where the browser has ended.
    private func readMessage() -> [UInt8] {
        while !unread.contains(0) {
            let bytes = child.read()
            guard !bytes.isEmpty else { return Array("null".utf8) }
            unread += bytes
        }
        let end = unread.firstIndex(of: 0)!
        let message = Array(unread[..<end])
        unread.removeSubrange(...end)
        return message
    }

    private func note(_ event: [String: Any]) {
        let parameters = event["params"] as? [String: Any] ?? [:]
        switch event["method"] as? String {
        case "Runtime.exceptionThrown": problems.append("\(parameters)")
        case "Runtime.consoleAPICalled" where ["error", "warning", "assert"].contains(parameters["type"] as? String):
            problems.append("\(parameters)")
        case "Log.entryAdded":
            let entry = parameters["entry"] as? [String: Any] ?? [:]
            if ["error", "warning"].contains(entry["level"] as? String) { problems.append("\(entry)") }
        default: break
        }
    }

    /// A page that is open.
    package struct Page: Sendable {
        fileprivate let browser: Browser
        fileprivate let session: String

        @discardableResult
        fileprivate func call(
            _ method: String, _ parameters: [String: any Sendable] = [:]
        ) async throws -> [String: Any] {
            try await browser.call(method, parameters, session: session)
        }

        /// The value of an expression in the page, as text; waits for a promise.
        @discardableResult
        package func evaluate(_ expression: String) async throws -> String {
            let answer = try await call(
                "Runtime.evaluate",
                ["expression": "(async () => String(await (\(expression))))()", "awaitPromise": true])
            guard let value = (answer["result"] as? [String: Any])?["value"] as? String else {
                throw PageFailure(description: "\(expression): \(answer)")
            }
            return value
        }

        /// Waits until a condition holds, which is looked at whenever the page changes.
        package func wait(until condition: String) async throws {
            try await evaluate(
                """
                new Promise((resolve) => {
                  const check = () => { if (document.body && (\(condition))) resolve(true); };
                  new MutationObserver(check).observe(
                    document, { subtree: true, childList: true, attributes: true, characterData: true });
                  check();
                })
                """)
        }

        /// A picture of the whole page, in PNG.
        package func screenshot() async throws -> Data {
            let answer = try await call("Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
            guard let data = (answer["data"] as? String).flatMap({ Data(base64Encoded: $0) }) else {
                throw PageFailure(description: "no picture")
            }
            return data
        }
    }
}
