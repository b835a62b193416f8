import ChildProcesses
import Foundation
import Synchronization
import Testing

/// A process of the real binary.
final class Program: Sendable {
    struct Result: Sendable {
        var exitCode: Int32
        var output: String
        var errors: String
    }

    private struct State {
        var output = ""
        var errors = ""
        var openPipes = 2
        var waiters: [(test: @Sendable (String, String) -> Bool, resume: CheckedContinuation<Bool, Never>)] = []
    }

    private let child: ChildProcess
    private let state = Mutex(State())

    /// The binary beside the test bundle: both are products of one build.
    static let sweep: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: bundle ?? "").deletingLastPathComponent().appendingPathComponent("sweep").path
    }()

    /// The root of the package.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// - Parameters:
    ///   - environment: what is added to that of this process.
    ///   - only: the whole environment.
    init(
        _ words: [String], in directory: String, environment: [String: String] = [:], only: [String: String]? = nil
    ) throws {
        let errors = try ChildProcesses.Pipe()
        defer { close(errors.writeEnd) }
        child = try ChildProcess(
            executable: "/usr/bin/env", arguments: ["-C", directory] + words,
            environment: only ?? ProcessInfo.processInfo.environment.merging(environment) { $1 },
            standardError: errors.writeEnd)
        child.closeInput()
        NamedThread.detach(named: "output") { [self] in
            readAll({ self.child.read() }) { $0.output += $1 }
            child.wait()
        }
        NamedThread.detach(named: "errors") { [self] in
            readAll({ readSome(from: errors.readEnd) }) { $0.errors += $1 }
            close(errors.readEnd)
        }
    }

    private func readAll(_ read: () -> [UInt8], append: @Sendable (inout State, String) -> Void) {
        while case let bytes = read(), !bytes.isEmpty {
            update { append(&$0, String(decoding: bytes, as: UTF8.self)) }
        }
        update { $0.openPipes -= 1 }
    }

    var processID: Int32 { child.processID }

    /// What it wrote to standard error so far.
    var errors: String { state.withLock { $0.errors } }

    /// Until its output has ended, which is soon after its own end.
    var isRunning: Bool { state.withLock { $0.openPipes > 0 } }

    func send(_ signal: Int32) { child.send(signal: signal) }

    /// Waits until standard error contains `text`; fails the test if the process ends before.
    func waitForError(containing text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = await wait { _, errors in errors.contains(text) }
        let errors = state.withLock { $0.errors }
        try #require(found, "no '\(text)' in: \(errors)", sourceLocation: sourceLocation)
    }

    /// Waits for a whole line of standard error that meets a condition.
    func waitForErrorLine(where test: @escaping @Sendable (Substring) -> Bool) async throws {
        let found = await wait { _, errors in errors.split(separator: "\n").contains(where: test) }
        let errors = state.withLock { $0.errors }
        try #require(found, "no such line in: \(errors)")
    }

    /// Waits for the end of the process and of its output.
    func result() async -> Result {
        _ = await wait { _, _ in false }
        let exitCode =
            switch child.wait() {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        return state.withLock { Result(exitCode: exitCode, output: $0.output, errors: $0.errors) }
    }

    private func wait(until test: @escaping @Sendable (String, String) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            state.withLock {
                if test($0.output, $0.errors) {
                    continuation.resume(returning: true)
                } else if $0.openPipes == 0 {
                    continuation.resume(returning: false)
                } else {
                    $0.waiters.append((test, continuation))
                }
            }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.waiters.removeAll { waiter in
                let isMet = waiter.test(state.output, state.errors)
                if isMet || state.openPipes == 0 { waiter.resume.resume(returning: isMet) }
                return isMet || state.openPipes == 0
            }
        }
    }
}
