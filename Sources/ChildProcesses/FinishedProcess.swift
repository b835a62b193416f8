import Foundation

/// A program that ran to its end.
///
/// Not Foundation's `Process`, which learns of an end by a descriptor that children of other threads may inherit, and
/// then waits for those too.
public struct FinishedProcess: Sendable {
    public let end: ChildProcess.End
    /// What it wrote to standard error.
    public let errors: String

    /// Runs a program found on the `PATH`, with an empty standard input, and waits for it.
    ///
    /// - Parameter words: the program and its arguments.
    /// - Throws: `SystemCallError` where a pipe or the process cannot be made.
    public init(running words: [String]) throws(SystemCallError) {
        let pipe = try Pipe()
        defer { close(pipe.readEnd) }
        let child: ChildProcess
        do throws(SystemCallError) {
            child = try ChildProcess(
                executable: "/usr/bin/env", arguments: words, environment: ProcessInfo.processInfo.environment,
                standardError: pipe.writeEnd)
        } catch {
            close(pipe.writeEnd)
            throw error
        }
        close(pipe.writeEnd)
        child.closeInput()
        NamedThread.detach(named: "output") { while !child.read().isEmpty {} }
        var errors: [UInt8] = []
        while case let bytes = readSome(from: pipe.readEnd), !bytes.isEmpty { errors += bytes }
        self.errors = String(decoding: errors, as: UTF8.self)
        end = child.wait()
    }
}
