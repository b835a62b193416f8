import ArgumentParser
import Foundation
import Journal

/// `--out DIR` of the commands that look at a sweep: the run directory.
struct RunSelection: ParsableArguments {
    @Option(help: ArgumentHelp("The run directory (default: the only one under runs/).", valueName: "dir"))
    var out: String?

    func directory() throws -> RunDirectory {
        if let out { return RunDirectory(path: out) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "runs"))?.sorted() ?? []
        let runs = names.map { "runs/\($0)" }.filter { FileManager.default.fileExists(atPath: $0 + "/state.sqlite") }
        switch runs.count {
        case 1: return RunDirectory(path: runs[0])
        case 0: throw CommandFailure("no sweep under runs/; name its directory with --out DIR", exitCode: .usage)
        default:
            let list = runs.joined(separator: ", ")
            throw CommandFailure("several sweeps under runs/; choose one with --out DIR: \(list)", exitCode: .usage)
        }
    }

    func reader() throws -> JournalReader {
        do {
            return try JournalReader(of: try directory())
        } catch let error as JournalError {
            throw CommandFailure(error.description)
        }
    }
}
