import Foundation

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
        let commandLine = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        let words = commandLine.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return directory.map { property($0, words.joined(separator: " ")) } ?? false
    }
}

/// Waits for the end of a process that is not this one's child; the time limit of the test bounds it. One that nobody
/// has buried has ended, too.
func waitForEnd(of process: Int32) async throws {
    while isAlive(process) { try await Task.sleep(for: .milliseconds(20)) }
}

private func isAlive(_ process: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    // The name, in parentheses, may hold anything; the state follows.
    return text.split(separator: ")").last.map { !$0.hasPrefix(" Z") && !$0.hasPrefix(" X") } ?? false
}
