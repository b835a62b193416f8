import ChildProcesses
import CommandOutput
import Glibc
import HostSystem
import Logging
import WorkerAgent

/// What `sweep worker` does before its agent runs: claims the run directory that it serves, reads the token, checks the
/// options, and warns.
package struct WorkerStart {
    package let configuration: WorkerConfiguration
    package let log: Logger
    private let claim: ProcessLock.Claim?

    /// - Parameters:
    ///   - environment: of this process.
    ///   - readLine: takes a line from standard input.
    ///   - hide: makes the token unreadable among this process's arguments.
    ///   - write: takes the lines of the log.
    /// - Throws: `CommandFailure` where an option is wrong, there is no token, or another worker has the run directory.
    package init(
        _ options: WorkerOptions, environment: [String: String], readLine: () -> String?, hide: (String) -> Void,
        write: @escaping @Sendable (String) -> Void
    ) throws(CommandFailure) {
        let claim = try options.lockPath.map(Self.takeLock)
        // The kernel hangs up a stopped process whose parent dies, and this one shall outlive its coordinator.
        if options.lockPath != nil { signal(SIGHUP, SIG_IGN) }
        let source: TokenSource
        do throws(CommandFailure) {
            let found = try TokenSource(join: options.join, environment: environment)
            source = found
            configuration = try options.configuration { () throws(CommandFailure) in
                if case .commandLine(let token) = found { hide(token) }
                return try found.read(line: readLine)
            }
        } catch {
            claim?.removeFile()
            throw error
        }
        self.claim = claim
        let level = Self.level(options)
        log = Logger(label: "worker") { label in
            LineLog(label: label, level: level, format: options.logFormat, write: write)
        }
        if source.isOpenToOthers {
            log.warning("other users can read the file of the token; make it yours alone (chmod 600)")
        }
        if let limit = ProcessorTimeLimit.current { log.warning("\(limit.warning)") }
    }

    /// Removes the file of the lock, for the next worker of the run directory.
    package func end() { claim?.removeFile() }

    /// The log of a coordinator's own worker is a file beside its own, where each task has its line.
    private static func level(_ options: WorkerOptions) -> Logger.Level {
        options.isVerbose || options.lockPath != nil ? .info : .notice
    }

    /// Claims the run directory of a coordinator of this host for one worker.
    ///
    /// - Throws: `CommandFailure` where another worker has it, or the lock cannot be had.
    package static func takeLock(at path: String) throws(CommandFailure) -> ProcessLock.Claim {
        let claim: ProcessLock.Claim?
        do {
            claim = try ProcessLock(path: path).take()
        } catch {
            throw CommandFailure(error.description)
        }
        guard let claim else { throw CommandFailure("another worker of this host serves the run directory") }
        return claim
    }
}

/// Overwrites the arguments of this process that have `secret` in them, which every user of the host could read with
/// `ps`.
package func hideArguments(with secret: String) {
    for index in 1..<Int(CommandLine.argc) {
        guard let argument = CommandLine.unsafeArgv[index], String(cString: argument).contains(secret) else { continue }
        memset(argument, Int32(UInt8(ascii: "x")), strlen(argument))
    }
}
