import ChildProcesses
import Foundation

/// A Python process that trains the same network with PyTorch when told to; see `torch_training.py` for its lines.
///
/// It stays from cell to cell, since loading PyTorch takes seconds, and waits without work in between.
final class TorchPeer {
    enum Arrangement: String {
        /// The notebook as written.
        case notebook
        /// The best that PyTorch does on a machine whose cores train one task each.
        case best
    }

    private let child: ChildProcess
    private let arrangement: Arrangement
    private var unread: [UInt8] = []

    /// - Throws: where the Python is missing, or lacks a package, with the remedy.
    static func check(python: String) throws {
        let result: FinishedProcess
        do {
            result = try FinishedProcess(running: [python, "-c", "import numpy, torch, PIL.Image"])
        } catch {
            throw BenchFailure("--against-torch \(python): \(error)")
        }
        switch result.end {
        case .exited(0): return
        case .exited(126), .exited(127):
            throw BenchFailure("--against-torch \(python): no such program; name a Python 3 that has torch")
        case .exited, .signalled:
            let reason = result.errors.split(separator: "\n").last.map(String.init) ?? "it does not start"
            throw BenchFailure(
                "--against-torch \(python): \(reason); try \(python) -m pip install torch numpy pillow")
        }
    }

    /// - Parameters:
    ///   - images: a file of CIFAR-10's records.
    ///   - processors: to bind the process to; any for none.
    init(python: String, arrangement: Arrangement, images: String, processors: [Int]) throws {
        self.arrangement = arrangement
        let program = String(decoding: PackageResources.torch_training_py, as: UTF8.self)
        child = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: [python, "-c", program, images, arrangement.rawValue] + processors.map(String.init),
            environment: ProcessInfo.processInfo.environment)
    }

    func prepare(_ cell: Cell) throws {
        try child.write(Array("\(cell.norm.rawValue) \(cell.batchSize)\n".utf8))
    }

    func waitUntilReady() throws {
        guard try line() == "ready" else { throw failure }
    }

    func start(seconds: Double) throws {
        try child.write(Array("\(seconds)\n".utf8))
    }

    /// Images a second.
    func result() throws -> Double {
        let numbers = try line().split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 2, numbers[1] > 0 else { throw failure }
        return numbers[0] / numbers[1]
    }

    func end() {
        child.send(signal: SIGTERM)
        child.closeInput()
        child.wait()
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let bytes = child.read()
            guard !bytes.isEmpty else { throw failure }
            unread += bytes
        }
    }

    private var failure: BenchFailure {
        BenchFailure("PyTorch, arrangement \(arrangement.rawValue): ended early; what it said is above")
    }
}
