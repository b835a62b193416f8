import Foundation

/// The processes that `parent` started, whichever of its threads did.
func children(of parent: Int32) -> [Int32] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
    return threads.flatMap { thread in
        let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(thread)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { Int32($0) }
    }.sorted()
}

/// Waits for the end of a process that is not this one's child; the time limit of the test bounds it.
func waitForEnd(of process: Int32) async throws {
    let watcher = try Program(["tail", "--pid=\(process)", "-f", "/dev/null"], in: "/")
    _ = await watcher.result()
}
