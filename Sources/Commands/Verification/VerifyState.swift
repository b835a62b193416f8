import ChildProcesses
import CommandOutput
import DurableFiles
import Experiment
import Foundation
import Training
import Verification

/// What an interrupted `sweep verify` has done, so that the same command goes on: which tasks came out equal, and the
/// state of the one that was being trained. It is gone when a check has come to its end.
///
/// Nothing in it is believed that another program left: it counts only for the build that wrote it.
package struct VerifyState {
    /// `nil` where nothing can be kept.
    private let directory: String?
    private let claim: ProcessLock.Claim?
    private let program: String
    /// With which the tasks are chosen.
    package private(set) var seed: UInt64?
    private var equal: Set<TaskID> = []

    /// - Parameters:
    ///   - digests: of what is checked; each has a state of its own.
    ///   - parent: the directory with the states of this user; `nil` keeps nothing.
    ///   - program: tells this build from others.
    ///   - complain: told, in a line, why nothing can be kept.
    /// - Throws: `CommandFailure` where another process checks the same.
    package init(
        of digests: TaskDigests, in parent: String?, program: String, complain: (String) -> Void
    ) throws(CommandFailure) {
        self.program = program
        let name = ContentDigest(of: Array(digests.text.utf8)).rawValue.prefix(32)
        let claim: ProcessLock.Claim?
        let directory = parent.map { "\($0)/\(name)" }
        do {
            if let directory { try DurableFile.makeDirectory(directory) }
            claim = try directory.flatMap { try ProcessLock(path: "\($0)/lock").take() }
        } catch {
            complain("an interruption would begin anew: \(error)")
            (self.directory, self.claim) = (nil, nil)
            return
        }
        guard claim != nil || directory == nil else {
            throw CommandFailure("another sweep verify checks the same now; wait for its end, or stop it")
        }
        (self.directory, self.claim) = (directory, claim)
        read()
    }

    private mutating func read() {
        guard let directory, let text = try? String(contentsOfFile: "\(directory)/progress", encoding: .utf8) else {
            return
        }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count >= 2, lines[0] == program, let seed = UInt64(lines[1]) else { return }
        self.seed = seed
        equal = Set(lines.dropFirst(2).compactMap { TaskID(rawValue: $0) })
    }

    /// Whether every record of the task came out equal.
    func isEqual(_ task: TaskID) -> Bool { equal.contains(task) }

    /// Where the task's training goes on; `nil` where it begins.
    func checkpoint(of task: SweepTask) -> Checkpoint? {
        guard let directory, seed != nil,
            let bytes = FileManager.default.contents(atPath: "\(directory)/checkpoint.safetensors"),
            let checkpoint = try? Checkpoint(decoding: [UInt8](bytes)),
            TaskID(parameters: checkpoint.parameters, data: checkpoint.dataDigest) == task.id
        else { return nil }
        return checkpoint
    }

    // MARK: Keeping

    /// The tasks are chosen.
    ///
    /// - Throws: `FileFault`.
    mutating func begin(seed: UInt64) throws(FileFault) {
        self.seed = seed
        try write()
    }

    /// - Throws: `FileFault`.
    mutating func recordEqual(_ task: TaskID) throws(FileFault) {
        equal.insert(task)
        try write()
    }

    /// - Throws: `FileFault`.
    func keep(_ checkpoint: Checkpoint) throws(FileFault) {
        guard let directory else { return }
        try DurableFile.replace("\(directory)/checkpoint.safetensors", with: checkpoint.encoded())
    }

    /// The check has come to its end.
    package func remove() {
        guard let directory else { return }
        for name in ["checkpoint.safetensors", "progress"] {
            DurableFile.removeLeftovers(of: "\(directory)/\(name)")
            unlinkFile("\(directory)/\(name)")
        }
        claim?.removeFile()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func write() throws(FileFault) {
        guard let directory, let seed else { return }
        let lines = [program, String(seed)] + equal.sorted().map(\.rawValue)
        try DurableFile.replace("\(directory)/progress", with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func unlinkFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
