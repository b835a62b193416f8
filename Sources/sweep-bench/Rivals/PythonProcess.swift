import ChildProcesses
import Foundation

/// A Python process that measures when it is told to, line by line.
final class PythonProcess {
    let child: ChildProcess
    private var lines: LineReader

    /// Why a rival cannot run.
    struct Absence: Error {
        let reason: String
    }

    /// - Parameters:
    ///   - python: looked up in `PATH` where it is no path.
    ///   - program: the text of the program.
    /// - Throws: where the process cannot be made.
    init(_ python: String, program: String, arguments: [String]) throws {
        child = try ChildProcess(
            executable: "/usr/bin/env", arguments: [python, "-c", program] + arguments,
            environment: ProcessInfo.processInfo.environment)
        lines = LineReader(child)
    }

    func write(_ line: String) throws(Absence) {
        do {
            try child.write(Array("\(line)\n".utf8))
        } catch {
            throw ended
        }
    }

    /// Waits for the next line. A line that says `no`, and why, is an absence.
    func line() throws(Absence) -> String {
        guard let line = lines.next() else { throw ended }
        if line.hasPrefix("no ") { throw Absence(reason: String(line.dropFirst(3))) }
        return line
    }

    var ended: Absence { Absence(reason: "its process ended; what it said is above") }
}
