import Experiment
import Messages

/// A thing to do for the world outside, when the turn is stored.
///
/// It is what an action of the board lets leave, and not the action itself: it goes to a connection, which the board
/// does not know, and an answer has the request that it answers. What the board says of facts and of itself is no
/// delivery, so that a shell cannot store or announce anything by carrying out what leaves.
public enum Delivery<Connection: WorkerConnection>: Sendable, Equatable {
    case send(CoordinatorMessage, to: Connection)
    /// The bytes of the stored checkpoint from `offset`, at most `limit` of them or as many as a message takes. A file
    /// that is gone or damaged is reported: `TaskBoard.Event.checkpointUnreadable`.
    case sendCheckpointPiece(AttemptKey, CheckpointLabel, offset: Int, limit: Int?, to: Connection)
    case answer(RequestID, SweepAnswer, to: SweepRequest)
    case changeFiles(CheckpointFileStep)
    /// In the turns in which the key store was read: `CoordinatorCore.Event.keysRead`.
    case changeKey(KeyStep)
}

/// A step from a coordinator's present key to the next one, besides what workers are told. The store changes before the
/// listener.
public enum KeyStep: Sendable, Hashable {
    /// Say that the key is changing.
    case announce(presentEndsIn: Duration)
    /// Have the key store put the next key in the place of the present one.
    case finish
    /// The key store has another key than this coordinator listens with: listen with that. So many workers that have
    /// spoken have not said that they know it.
    case listen(unreachedCount: Int)
}
