import ChildProcesses
import Foundation

/// A Python process that trains the same network when told to; see `torch_training.py` for its lines.
///
/// It stays from cell to cell, since loading its libraries takes seconds, and waits without work in between.
final class RivalProcess {
    private let child: ChildProcess
    private let rival: Rival
    private var unread: [UInt8] = []

    /// Why a rival cannot run.
    struct Absence: Error {
        let reason: String
    }

    /// - Throws: where the Python is missing, or lacks a package that every arrangement of PyTorch needs, with the
    ///   remedy.
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
    init(python: String, rival: Rival, images: String, processors: [Int]) throws {
        self.rival = rival
        child = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: [python, "-c", rival.program, images, rival.rawValue] + processors.map(String.init),
            environment: ProcessInfo.processInfo.environment)
    }

    func prepare(_ cell: Cell) throws(Absence) {
        try write("\(cell.norm.rawValue) \(cell.batchSize)\n")
    }

    func waitUntilReady() throws(Absence) {
        let line = try line()
        if line.hasPrefix("no ") { throw Absence(reason: String(line.dropFirst(3))) }
        guard line == "ready" else { throw ended }
    }

    func start(seconds: Double) throws(Absence) {
        try write("\(seconds)\n")
    }

    /// Images a second.
    func result() throws(Absence) -> Double {
        let numbers = try line().split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 2, numbers[1] > 0 else { throw ended }
        return numbers[0] / numbers[1]
    }

    func end() {
        child.send(signal: SIGTERM)
        child.closeInput()
        child.wait()
    }

    private func write(_ text: String) throws(Absence) {
        do {
            try child.write(Array(text.utf8))
        } catch {
            throw ended
        }
    }

    private func line() throws(Absence) -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let bytes = child.read()
            guard !bytes.isEmpty else { throw ended }
            unread += bytes
        }
    }

    private var ended: Absence { Absence(reason: "its process ended; what it said is above") }
}
