import Commands
import Journal
import TestSupport

extension TemporaryDirectory {
    /// A copy of a run that an earlier version left: `finished` or `interrupted`.
    package func run(_ name: String, as target: String = "run") throws -> ChosenRun {
        let directory = RunDirectory(path: file(target))
        try Fixtures.copy("version-0.1.0/\(name)", to: directory.path)
        return ChosenRun(directory)
    }
}
