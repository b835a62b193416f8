import ArgumentParser
import Foundation
import Journal

/// The directory whose tables `sweep figures` and `sweep report` show: a run directory, or one with its CSV files.
struct ResultsSelection: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run directory, or one with the CSV files of a sweep (default: the only one under runs/).",
            valueName: "dir"))
    var directory: String?

    @Option(help: ArgumentHelp("The same, as for the other commands.", valueName: "dir"))
    var out: String?

    func path() throws -> RunDirectory {
        if let directory, let out, directory != out {
            throw CommandFailure("two directories, \(directory) and \(out): give one", exitCode: .usage)
        }
        var selection = RunSelection()
        selection.out = directory ?? out
        let path = try selection.directory()
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw CommandFailure("\(path): no such directory; name a run directory", exitCode: .usage)
        }
        return path
    }
}
