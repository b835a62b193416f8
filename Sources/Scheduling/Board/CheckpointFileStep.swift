import Experiment

/// A thing to do to the coordinator's checkpoint files, in the order in which the board says so.
public enum CheckpointFileStep: Sendable, Equatable {
    /// Add the piece to those that are here; a piece at offset 0 begins anew. With the last piece, save the checkpoint
    /// and report: `TaskBoard.Event.checkpointSaved`, `checkpointNotSaved` or `checkpointForged`.
    case keep(CheckpointPiece, of: AttemptKey)
    /// Forget the pieces of a checkpoint that will not become whole.
    case dropPieces(of: AttemptKey)
    case delete(CheckpointLabel, of: TaskID)
}
