import ChildProcesses
import CommandOutput
import DurableFiles
import Experiment
import Foundation
import HostSystem
import Training
import Verification

/// What an interrupted `sweep verify` has done, so that the same command goes on: which tasks came out equal, and the
/// state of the one that was being trained. It is gone when a check has come to its end.
///
/// Nothing in it is believed that another program left: it counts only for the build that wrote it. What cannot be read
/// is kept, and ends the command: it has the seed that was drawn, and a check that began anew would have another one.
package struct VerifyState {
    private static let progressName = "progress"
    private static let checkpointName = "checkpoint.safetensors"

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
    /// - Throws: `CommandFailure` where another process checks the same, or what is kept cannot be read.
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
        try read()
    }

    private mutating func read() throws(CommandFailure) {
        guard let bytes = try keptBytes(Self.progressName) else { return }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.isEmpty || lines[0] == program else { return }
        let tasks = lines.dropFirst(2).map { TaskID(rawValue: $0) }
        guard lines.count >= 2, let seed = UInt64(lines[1]), !tasks.contains(nil) else {
            throw unusable(Self.progressName, "it is damaged")
        }
        self.seed = seed
        equal = Set(tasks.compactMap { $0 })
    }

    /// `nil` where there is no such file.
    private func keptBytes(_ name: String) throws(CommandFailure) -> [UInt8]? {
        guard let directory else { return nil }
        do throws(FileFault) {
            return try FileSlice(OpenFile("\(directory)/\(name)")).allBytes()
        } catch {
            if error.code == ENOENT { return nil }
            throw unusable(name, SystemReason.words(error.code))
        }
    }

    private func unusable(_ name: String, _ reason: String) -> CommandFailure {
        CommandFailure(
            "cannot read \(directory ?? "")/\(name), which has what an interrupted check has done: \(reason); make it "
                + "readable to go on, or remove it to begin anew")
    }

    /// Whether every record of the task came out equal.
    func isEqual(_ task: TaskID) -> Bool { equal.contains(task) }

    /// Where the task's training goes on; `nil` where it begins, also where the checkpoint is damaged or another
    /// task's: that costs time, and no task is chosen by it.
    ///
    /// - Throws: `CommandFailure` where it is there and cannot be read.
    func checkpoint(of task: SweepTask) throws(CommandFailure) -> Checkpoint? {
        guard seed != nil, let bytes = try keptBytes(Self.checkpointName),
            let checkpoint = try? Checkpoint(decoding: bytes),
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
        try DurableFile.replace("\(directory)/\(Self.checkpointName)", with: checkpoint.encoded())
    }

    /// The check has come to its end.
    package func remove() {
        guard let directory else { return }
        for name in [Self.checkpointName, Self.progressName] {
            DurableFile.removeLeftovers(of: "\(directory)/\(name)")
            unlinkFile("\(directory)/\(name)")
        }
        claim?.removeFile()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func write() throws(FileFault) {
        guard let directory, let seed else { return }
        let lines = [program, String(seed)] + equal.sorted().map(\.rawValue)
        try DurableFile.replace(
            "\(directory)/\(Self.progressName)", with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func unlinkFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
