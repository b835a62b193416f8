import ChildProcesses
import DurableFiles
import Experiment
import Glibc
import Journal
import Scheduling
import Transport

/// Writes and removes checkpoints on a thread of its own: a flush of some megabytes must not keep the workers waiting.
///
/// Every worker sends one checkpoint at a time, so the queue holds no more than one for each.
package final class CheckpointKeeper: Sendable {
    package enum Report: Sendable, Equatable {
        case saved(AttemptKey, CheckpointLabel)
        case failed(AttemptKey, CheckpointLabel, FileFault)
    }

    private enum Request: Sendable {
        case step(CheckpointFileStep)
        case end(Mailbox<Bool>)
    }

    private let requests = Mailbox<Request>(capacity: 1)

    /// - Parameter report: called on the thread that writes.
    package init(_ files: CheckpointFiles, report: @escaping @Sendable (Report) -> Void) {
        NamedThread.detach(named: "checkpoints") { [requests] in
            while true {
                for request in requests.take(until: nil) {
                    switch request {
                    case .step(.keep(let piece, of: let key)): Self.keep(piece, of: key, files, report)
                    case .step(.dropPieces(of: let key)): files.dropPieces(of: key)
                    case .step(.delete(let label, of: let task)): files.remove(label, of: task)
                    case .end(let answer): return answer.put(true)
                    }
                }
            }
        }
    }

    private static func keep(
        _ piece: CheckpointPiece, of key: AttemptKey, _ files: CheckpointFiles, _ report: (Report) -> Void
    ) {
        do throws(FileFault) {
            if try files.add(piece, of: key) { report(.saved(key, piece.label)) }
        } catch {
            report(.failed(key, piece.label, error))
        }
    }

    /// Returns at once; the steps are taken in their order.
    package func carryOut(_ step: CheckpointFileStep) { requests.put(.step(step)) }

    /// Returns when every earlier request is done; nothing is done for later ones.
    package func end() {
        let answer = Mailbox<Bool>(capacity: 1)
        requests.put(.end(answer))
        _ = answer.take(until: nil)
    }
}

extension FileFault {
    /// Whether a checkpoint that cannot be read is gone or damaged, and is given up. Where descriptors or memory are
    /// short, they will be there when the worker asks again.
    package var meansCheckpointIsLost: Bool { [ENOENT, EBADMSG, EIO].contains(code) }
}
