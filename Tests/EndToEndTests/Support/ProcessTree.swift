import Foundation
import TestSupport

/// The processes that `parent` started, whichever of its threads did.
func children(of parent: Int32) -> [Int32] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
    return threads.flatMap { thread in
        let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(thread)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { Int32($0) }
    }.sorted()
}

/// The running processes of which `property` is so: a link in /proc, or the command line with spaces between.
func runningProcesses(whose property: (_ directory: String, _ commandLine: String) -> Bool) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { process in
        let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
        return directory.map { property($0, commandLine(of: process)) } ?? false
    }
}

/// Waits for the end of a process that is not this one's child. A zombie has ended, too.
func waitForEnd(of process: Int32) async throws {
    let command = commandLine(of: process)
    try await waitUntil("the end of process \(process): \(command)") {
        let states = threadStates(of: process)
        return states.allSatisfy { $0 == "Z" || $0 == "X" }
    }
}

/// Stops a process as a Ctrl-Z would, and waits until it stands.
///
/// The signal alone is not enough: the kernel wakes each of the threads to stop it, and of a busy host some of them run
/// for a while. What becomes of a process whose parent ends meanwhile is another thing than what becomes of a stopped
/// one.
func freeze(_ process: Int32) async throws {
    guard kill(process, SIGSTOP) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ESRCH) }
    try await waitUntil("every thread of process \(process) to stand still: \(commandLine(of: process))") {
        threadStates(of: process).allSatisfy { $0 == "T" }
    }
}

/// As /proc shows them: `T` is stopped, `Z` and `X` have ended. None where the process is gone.
private func threadStates(of process: Int32) -> [Character] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return threads.compactMap { thread in
        let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/stat", encoding: .utf8)
        // The name, in parentheses, may hold anything; the state follows.
        return text?.split(separator: ")").last?.dropFirst().first
    }
}

private func commandLine(of process: Int32) -> String {
    let text = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
}
