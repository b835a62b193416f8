import ChildProcesses
import Foundation
import Synchronization
import TestSupport
import Testing

/// A process of the real binary. Every wait for it ends with the test's time limit, and then says what did not come.
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
        var waiters: [Waiter] = []
        var waiterCount = 0
    }

    private struct Waiter {
        let number: Int
        let test: @Sendable (String, String) -> Bool
        let resume: CheckedContinuation<WaitEnd, Never>
    }

    private enum WaitEnd {
        /// What was waited for is there.
        case met
        /// The process ended before.
        case ended
        /// The test's time is over.
        case cancelled
    }

    private let words: [String]
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
        self.words = words
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
    ///
    /// For words that a test is about. What a coordinator does is told by `waitForEvent`, the journal and exit codes.
    func waitForError(containing text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = await wait { _, errors in errors.contains(text) }
        try require(end, "'\(text)' in its standard error", sourceLocation)
    }

    /// As `waitForError`, of standard output.
    func waitForOutput(containing text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = await wait { output, _ in output.contains(text) }
        try require(end, "'\(text)' in its standard output", sourceLocation)
    }

    /// Waits for a whole line of standard error that meets a condition.
    ///
    /// - Parameter what: names it.
    func waitForErrorLine(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
        where test: @escaping @Sendable (Substring) -> Bool
    ) async throws {
        let end = await wait { _, errors in
            errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast().contains(where: test)
        }
        try require(end, "\(what) in its standard error", sourceLocation)
    }

    private func require(_ end: WaitEnd, _ what: String, _ sourceLocation: SourceLocation) throws {
        switch end {
        case .met: break
        case .ended: try #require(Bool(false), "it ended without \(what)\n\(story)", sourceLocation: sourceLocation)
        case .cancelled: throw WaitedInVain(for: what, knowledge: story)
        }
    }

    /// Waits for the end of the process and of its output. A process that has not ended when the
    /// test's time is over is killed.
    func result(sourceLocation: SourceLocation = #_sourceLocation) async -> Result {
        if await wait(until: { _, _ in false }) == .cancelled {
            Issue.record(WaitedInVain(for: "its end", knowledge: story), sourceLocation: sourceLocation)
            child.send(signal: SIGKILL)
        }
        let exitCode =
            switch child.wait() {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        return state.withLock { Result(exitCode: exitCode, output: $0.output, errors: $0.errors) }
    }

    /// What it is, and what it said last.
    private var story: String {
        let command = words.map { $0 == Self.sweep ? "sweep" : $0 }.joined(separator: " ")
        return "process \(processID): \(command)\n…\(errors.suffix(4_000))"
    }

    private func wait(until test: @escaping @Sendable (String, String) -> Bool) async -> WaitEnd {
        let number = state.withLock { state in
            state.waiterCount += 1
            return state.waiterCount
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock {
                    if test($0.output, $0.errors) {
                        continuation.resume(returning: .met)
                    } else if $0.openPipes == 0 {
                        continuation.resume(returning: .ended)
                    } else if Task.isCancelled {
                        continuation.resume(returning: .cancelled)
                    } else {
                        $0.waiters.append(Waiter(number: number, test: test, resume: continuation))
                    }
                }
            }
        } onCancel: {
            state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return }
                state.waiters.remove(at: index).resume.resume(returning: .cancelled)
            }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.waiters.removeAll { waiter in
                let isMet = waiter.test(state.output, state.errors)
                guard isMet || state.openPipes == 0 else { return false }
                waiter.resume.resume(returning: isMet ? .met : .ended)
                return true
            }
        }
    }
}
