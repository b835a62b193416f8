import Foundation
import Synchronization
import Testing

/// A directory of its own for one test: run directories, keys and cache, all removed at its end.
final class Sandbox: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sweep-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// The lines of a CSV file, without its head.
    func rows(_ name: String) throws -> [[String]] {
        try read(name).split(separator: "\n").dropFirst().map { row in
            row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Starts `sweep` here, with keys and cache of this sandbox. `prefix` are the words before it: `ip netns exec …`.
    func start(_ arguments: String..., prefix: [String] = []) throws -> Program {
        try start(arguments, prefix: prefix)
    }

    func start(_ arguments: [String], prefix: [String] = []) throws -> Program {
        try Program(prefix + [Program.sweep] + arguments, in: path, environment: environment)
    }

    /// Starts a line of a shell here, which finds `sweep` on its path.
    func shell(_ line: String) throws -> Program {
        let directory = URL(fileURLWithPath: Program.sweep).deletingLastPathComponent().path
        return try Program(["sh", "-c", line], in: path, environment: environment.merging(
            ["PATH": "\(directory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]) { $1 })
    }

    private var environment: [String: String] {
        ["XDG_CONFIG_HOME": file("config"), "XDG_CACHE_HOME": file("cache")]
    }

    /// Runs `sweep` here to its end.
    func run(_ arguments: String...) async throws -> Program.Result {
        try await start(arguments).result()
    }
}

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

    private let process: Process
    private let state: Mutex<State>

    /// The binary beside the test bundle: both are products of one build.
    static let sweep: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: bundle ?? "").deletingLastPathComponent().appendingPathComponent("sweep").path
    }()

    /// The root of the package.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    init(_ words: [String], in directory: String, environment: [String: String] = [:]) throws {
        state = Mutex(State())
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe(), errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        for (pipe, path) in [(output, \State.output), (errors, \State.errors)] {
            let handle = pipe.fileHandleForReading
            let path = UncheckedPath(path)
            Foundation.Thread.detachNewThread { [self] in
                while case let bytes = handle.availableData, !bytes.isEmpty {
                    update { $0[keyPath: path.value] += String(decoding: bytes, as: UTF8.self) }
                }
                update { $0.openPipes -= 1 }
            }
        }
    }

    /// Key paths to a value type's own properties hold nothing that could be shared.
    private struct UncheckedPath: @unchecked Sendable {
        let value: WritableKeyPath<State, String>

        init(_ value: WritableKeyPath<State, String>) { self.value = value }
    }

    var processID: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until standard error contains `text`; fails the test if the process ends before.
    func waitForError(containing text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = await wait { _, errors in errors.contains(text) }
        let errors = state.withLock { $0.errors }
        try #require(found, "no '\(text)' in: \(errors)", sourceLocation: sourceLocation)
    }

    /// Waits for the end of the process and of its output.
    func result() async -> Result {
        _ = await wait { _, _ in false }
        process.waitUntilExit()
        return state.withLock {
            let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            return Result(exitCode: code, output: $0.output, errors: $0.errors)
        }
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
