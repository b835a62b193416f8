import ChildProcesses
import Experiment
import Foundation

/// A worker of this host that outlived the coordinator that started it, and waits for the next one.
package struct OrphanedWorker {
    package let processID: pid_t
    package let name: WorkerID
    /// The arguments that it was started with, but for its name.
    private let arguments: [String]

    /// `nil` where there is none.
    ///
    /// - Throws: where the lock cannot be looked at, or what holds it is no worker that this process can see.
    package init?(holding lock: ProcessLock) throws {
        guard let processID = try lock.holder() else { return nil }
        var words = Self.arguments(of: processID)
        let nameText = words.popLast()
        guard words.popLast() == Self.nameOption, let name = nameText.flatMap(WorkerID.init(rawValue:)) else {
            // The worker may have ended since.
            guard try lock.holder() == processID else { return nil }
            let holder = processID > 0 ? "process \(processID)" : "a process of another container"
            throw CoordinatorError(
                "\(holder) holds \(lock.path), as a worker of this run directory would; wait until it ends, or end it")
        }
        self.processID = processID
        self.name = name
        arguments = words
    }

    /// The last of a worker's options, so that the rest says how it trains.
    package static let nameOption = "--name"

    /// Whether it is the same program, started as a worker would be now.
    package func isLike(_ executable: String, _ arguments: [String]) -> Bool {
        self.arguments == arguments && Self.file("/proc/\(processID)/exe") == Self.file(executable)
    }

    private static func arguments(of process: pid_t) -> [String] {
        guard let text = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return [] }
        // Each ends with a zero; the first is the program's name.
        return text.split(separator: 0, omittingEmptySubsequences: false).dropFirst().dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The same for two paths of one file, also after another build took its name.
    private static func file(_ path: String) -> [UInt64]? {
        var status = stat()
        return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
    }
}
