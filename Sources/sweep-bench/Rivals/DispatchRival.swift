import ChildProcesses
import Foundation

/// Another program that hands tasks to workers.
enum DispatchRival: String, CaseIterable, Encodable {
    case ray, dask, hyperqueue

    /// What it did once.
    struct Measurement: Encodable {
        let version: String
        let tasksPerSecond: Double
    }

    typealias Outcome = Result<Measurement, PythonProcess.Absence>

    /// What is measured how, in a line.
    var title: String {
        switch self {
        case .ray: "Ray, a processor for each slot: nothing on the disk, nothing encrypted"
        case .dask: "Dask, a process for each worker, a thread for each slot: nothing on the disk, nothing encrypted"
        case .hyperqueue: "HyperQueue, encrypted, journal on; a process for each task unless hq has zero-worker"
        }
    }

    /// - Throws: where there is no such Python.
    static func check(python: String) throws {
        let end: ChildProcess.End
        do {
            end = try FinishedProcess(running: [python, "-c", ""]).end
        } catch {
            throw BenchFailure("--python \(python): \(error)")
        }
        guard end == .exited(0) else {
            throw BenchFailure("--python \(python): no such program, or it does not start; name a Python 3")
        }
    }

    /// Starts it, has it do the load's tasks once, and ends it: idle, it would take time from the next measurement.
    ///
    /// - Returns: tasks a second, or why there is no such figure.
    func measure(_ load: Load, python: String, _ interruption: Interruption) throws -> Outcome {
        let process: PythonProcess
        do {
            process = try PythonProcess(
                python,
                program: String(decoding: PackageResources.dispatch_rivals_py, as: UTF8.self),
                arguments: [rawValue, String(load.workers), String(load.slots)])
        } catch {
            throw BenchFailure("--python \(python): \(error)")
        }
        let child = process.child
        // At the end of its input it ends by itself, with what it started.
        defer {
            child.closeInput()
            child.killing(after: .seconds(30)) { _ = child.wait() }
        }
        let result = interruption.whileWatching({ child.send(signal: SIGTERM) }) {
            child.killing(after: load.rivalLimit) {
                Result { () throws(PythonProcess.Absence) in try load.ask(process) }
            }
        }
        try interruption.check()
        return result
    }
}

extension Load {
    /// No scheduler that anybody uses takes ten milliseconds a task.
    fileprivate var rivalLimit: Duration { timeout + .milliseconds(10 * tasks) }

    fileprivate func ask(_ process: PythonProcess) throws(PythonProcess.Absence) -> DispatchRival.Measurement {
        let words = try process.line().split(separator: " ")
        guard words.count == 2, words[0] == "ready" else { throw process.ended }
        try process.write(String(tasks))
        guard let seconds = Double(try process.line()), seconds > 0 else { throw process.ended }
        return DispatchRival.Measurement(version: String(words[1]), tasksPerSecond: Double(tasks) / seconds)
    }
}
