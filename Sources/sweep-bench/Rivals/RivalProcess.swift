import ChildProcesses
import Foundation

/// A Python process that trains the same network when told to; see `torch_training.py` for its lines.
///
/// It stays from cell to cell, since loading its libraries takes seconds, and waits without work in between.
final class RivalProcess {
    typealias Absence = PythonProcess.Absence

    private let process: PythonProcess

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
        process = try PythonProcess(
            python, program: rival.program, arguments: [images, rival.rawValue] + processors.map(String.init))
    }

    func prepare(_ cell: Cell) throws(Absence) {
        try process.write("\(cell.norm.rawValue) \(cell.batchSize)")
    }

    func waitUntilReady() throws(Absence) {
        guard try process.line() == "ready" else { throw process.ended }
    }

    func start(seconds: Double) throws(Absence) {
        try process.write("\(seconds)")
    }

    /// Images a second.
    func result() throws(Absence) -> Double {
        let numbers = try process.line().split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 2, numbers[1] > 0 else { throw process.ended }
        return numbers[0] / numbers[1]
    }

    func end() {
        process.child.send(signal: SIGTERM)
        process.child.closeInput()
        process.child.wait()
    }
}
