import ChildProcesses
import DurableFiles
import Experiment
import Journal
import Transport

/// Writes and removes checkpoints on a thread of its own: a flush of some megabytes must not keep the workers waiting.
///
/// Every worker has at most one piece of each attempt under way, which bounds the queue.
final class CheckpointKeeper: Sendable {
    enum Report: Sendable {
        case saved(TaskID, CheckpointLabel)
        case failed(TaskID, CheckpointLabel, FileFault)
    }

    private enum Request: Sendable {
        case keep(CheckpointPiece, of: TaskID)
        case drop(TaskID)
        case delete(CheckpointLabel, of: TaskID)
        case end(Mailbox<Bool>)
    }

    private let requests = Mailbox<Request>(capacity: 1)

    init(_ files: CheckpointFiles, report: @escaping @Sendable (Report) -> Void) {
        NamedThread.detach(named: "checkpoints") { [requests] in
            while true {
                for request in requests.take(until: nil) {
                    switch request {
                    case .keep(let piece, let task): Self.keep(piece, of: task, files, report)
                    case .drop(let task): files.dropPieces(of: task)
                    case .delete(let label, let task): files.remove(label, of: task)
                    case .end(let answer): return answer.put(true)
                    }
                }
            }
        }
    }

    private static func keep(
        _ piece: CheckpointPiece, of task: TaskID, _ files: CheckpointFiles, _ report: (Report) -> Void
    ) {
        do throws(FileFault) {
            if try files.add(piece, of: task) { report(.saved(task, piece.label)) }
        } catch {
            report(.failed(task, piece.label, error))
        }
    }

    func keep(_ piece: CheckpointPiece, of task: TaskID) { requests.put(.keep(piece, of: task)) }

    func dropPieces(of task: TaskID) { requests.put(.drop(task)) }

    func delete(_ label: CheckpointLabel, of task: TaskID) { requests.put(.delete(label, of: task)) }

    /// Returns when every earlier request is done; nothing is done for later ones.
    func end() {
        let answer = Mailbox<Bool>(capacity: 1)
        requests.put(.end(answer))
        _ = answer.take(until: nil)
    }
}
