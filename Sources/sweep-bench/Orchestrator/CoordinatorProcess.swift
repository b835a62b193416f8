import ChildProcesses
import DispatchLoad
import Foundation
import HostSystem
import Transport

/// The program that is measured, as the coordinator of a sweep without a worker of its own.
final class CoordinatorProcess {
    let child: ChildProcess
    private let program: String
    private let place: LoadPlace

    /// - Parameter whenEnded: is called on another thread.
    /// - Throws: where it cannot be started.
    init(_ program: String, at place: LoadPlace, whenEnded: @escaping @Sendable (ChildProcess.End) -> Void) throws {
        self.program = program
        self.place = place
        let log = open(place.log, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw BenchFailure("cannot make \(place.log): \(SystemReason.text(errno))") }
        defer { close(log) }
        child = try ChildProcess(
            executable: program,
            arguments: [
                "run", place.sweepFile, "--slots", "0", "--listen", "tcp://127.0.0.1:0", "--out", place.runDirectory,
                "--quiet",
            ], environment: place.environment, standardError: log)
        NamedThread.detach(named: "coordinator") { [child] in
            while !child.read().isEmpty {}
            whenEnded(child.wait())
        }
    }

    /// Where it listens and which key it has, as its own program says: how it keeps them is the affair of its version.
    ///
    /// - Returns: `nil` while it does not listen yet.
    /// - Throws: where the program cannot be started.
    func invitation() throws -> JoinToken? {
        guard access(place.journal, F_OK) == 0 else { return nil }
        let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(silence) }
        let invite = try ChildProcess(
            executable: program, arguments: ["invite", "--out", place.runDirectory], environment: place.environment,
            standardError: silence)
        invite.closeInput()
        var lines = LineReader(invite)
        let line = lines.next()
        invite.wait()
        // The command of a worker, whose last word is the token.
        return line?.split(separator: " ").last.flatMap { try? JoinToken(decoding: String($0)) }
    }

    /// What it and its threads have used of processors; `nil` when it is gone.
    func usage() -> ProcessUsage? {
        let directory = "/proc/\(child.processID)"
        guard let total = ticks("\(directory)/stat")?.ticks,
            let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/task")
        else { return nil }
        let threads = names.compactMap { name in
            Int32(name).flatMap { number in ticks("\(directory)/task/\(name)/stat").map { (number, $0) } }
        }
        return ProcessUsage(total: total, threads: Dictionary(threads) { $1 })
    }

    /// The most memory that it has had at once; `nil` when it is gone.
    func peakMemoryBytes() -> Int? {
        let text = try? String(contentsOfFile: "/proc/\(child.processID)/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    private func ticks(_ path: String) -> ProcessorTicks? {
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { ProcessorTicks(stat: $0) }
    }

    /// How many ticks a second has.
    static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
}
