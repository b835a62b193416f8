import ChildProcesses
import DurableFiles
import Experiment
import Glibc
import Journal
import Scheduling
import Transport

/// Writes and removes checkpoints on a thread of its own: a flush of some megabytes must not keep the workers waiting.
///
/// Every worker sends one checkpoint at a time, so the queue holds no more than one for each, and of all together no
/// more than `byteLimit`: a disk that is slower than the network for long makes checkpoints fail, which cost time
/// alone.
package final class CheckpointKeeper: Sendable {
    package enum Report: Sendable, Equatable {
        case saved(AttemptKey, CheckpointLabel)
        case failed(AttemptKey, CheckpointLabel, FileFault)
        /// The bytes are not those of the label: of a sender that announced others, or for want of a piece that failed.
        case forged(AttemptKey, CheckpointLabel)
    }

    private enum Request: Sendable {
        case step(CheckpointFileStep)
        case end(Mailbox<Bool>)
    }

    package static let byteLimit = 256 << 20

    private let requests: Mailbox<Request>
    private let report: @Sendable (Report) -> Void

    /// - Parameters:
    ///   - byteLimit: of the pieces that wait.
    ///   - report: told what came of a checkpoint: on the keeper's own thread, or, where the keeper takes no more
    ///     pieces, on the thread that handed the piece over.
    package init(
        _ files: CheckpointFiles, byteLimit: Int = CheckpointKeeper.byteLimit,
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.report = report
        requests = Mailbox(capacity: .max, byteCapacity: byteLimit) {
            if case .step(.keep(let piece, _)) = $0 { piece.bytes.count } else { 0 }
        }
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
            report(error.code == EBADMSG ? .forged(key, piece.label) : .failed(key, piece.label, error))
        }
    }

    /// Returns at once; the steps are taken in their order.
    package func carryOut(_ step: CheckpointFileStep) {
        guard case .keep(let piece, of: let key) = step else { return requests.put(.step(step)) }
        if requests.offer(.step(step)) { return }
        requests.put(.step(.dropPieces(of: key)))
        // What the system says of a queue that takes no more.
        report(.failed(key, piece.label, FileFault("keep", path: "a piece of \(key.task)", code: ENOBUFS)))
    }

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
