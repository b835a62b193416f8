import CommandOutput
import Experiment
import Foundation
import Journal

/// The sweep that a command is about, by its run directory.
package struct ChosenRun: Sendable {
    package let directory: RunDirectory

    package init(_ directory: RunDirectory) {
        self.directory = directory
    }

    /// - Parameters:
    ///   - out: the directory that the user names; `nil` stands for the only sweep there is.
    ///   - parent: where run directories are made.
    /// - Throws: `CommandFailure` of code `.usage` where none is named and there is none, or several.
    package init(named out: String?, in parent: String = "runs") throws(CommandFailure) {
        if let out {
            self.init(RunDirectory(path: out))
            return
        }
        let runs = try Self.all(in: parent).map(\.directory)
        switch runs.count {
        case 1: self.init(runs[0])
        case 0:
            throw CommandFailure("no sweep under \(parent)/; name its directory with --out DIR", exitCode: .usage)
        default:
            let list = runs.map(\.path).joined(separator: ", ")
            throw CommandFailure(
                "several sweeps under \(parent)/; choose one with --out DIR: \(list)", exitCode: .usage)
        }
    }

    /// A run directory, or one that has nothing but the CSV files of a sweep.
    ///
    /// - Parameters:
    ///   - directory: the argument.
    ///   - out: the option, which says the same.
    /// - Throws: `CommandFailure` of code `.usage`, also where the directory is not there.
    package init(
        withTablesIn directory: String?, named out: String?, in parent: String = "runs"
    ) throws(CommandFailure) {
        if let directory, let out, directory != out {
            throw CommandFailure("two directories, \(directory) and \(out): give one", exitCode: .usage)
        }
        try self.init(named: directory ?? out, in: parent)
        let path = self.directory.path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw CommandFailure("\(path): no such directory; name a run directory", exitCode: .usage)
        }
    }

    /// Every sweep that there is, by name. Where nobody has made `parent` there is none.
    ///
    /// - Throws: `CommandFailure` of code `.usage` where `parent` cannot be read.
    package static func all(in parent: String = "runs") throws(CommandFailure) -> [ChosenRun] {
        guard FileManager.default.fileExists(atPath: parent) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
        } catch {
            let message = "\(parent)/ cannot be read (\(reason(error))); name the run directory with --out DIR"
            throw CommandFailure(message, exitCode: .usage)
        }
        return names.map { ChosenRun(RunDirectory(path: "\(parent)/\($0)")) }
            .filter { FileManager.default.fileExists(atPath: $0.directory.journalFile) }
    }

    /// - Throws: `CommandFailure` where it holds no sweep, or one that cannot be read.
    package func reader() throws(CommandFailure) -> JournalReader {
        do {
            return try JournalReader(of: directory)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// Whose each worker's name is.
    ///
    /// - Throws: `CommandFailure` where it holds no sweep, or one that cannot be read.
    package func workerKeys() throws(CommandFailure) -> [WorkerID: WorkerKey] {
        do throws(JournalError) {
            return try JournalReader(of: directory).workerKeys()
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The ids of tasks, each given by its beginning.
    ///
    /// - Throws: `CommandFailure`, and a `JournalError`.
    package func tasks(_ beginnings: [String]) throws -> [TaskID] {
        let tasks = try reader().plan().tasks
        return try beginnings.map { try tasks.chosen(by: $0).id }
    }
}
