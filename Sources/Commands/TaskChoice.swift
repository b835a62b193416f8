import CommandOutput
import Experiment

extension [SweepTask] {
    /// The task whose id begins so.
    ///
    /// - Throws: `CommandFailure` of code `.usage` where none does, or several do.
    package func chosen(by beginning: String) throws(CommandFailure) -> SweepTask {
        let matches = filter { $0.id.rawValue.hasPrefix(beginning.lowercased()) }
        switch matches.count {
        case 1: return matches[0]
        case 0:
            throw CommandFailure("no task of this sweep has an id that begins with \(beginning)", exitCode: .usage)
        default:
            let message = "\(matches.count) tasks have ids that begin with \(beginning): give more of it"
            throw CommandFailure(message, exitCode: .usage)
        }
    }
}
