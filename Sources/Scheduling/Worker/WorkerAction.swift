import Experiment
import Messages

/// A thing that a worker is to do.
public enum WorkerAction: Sendable, Equatable {
    /// Say it to the coordinator.
    case send(WorkerMessage)
    /// Use this name from now on: the other one is another key's.
    case rename(WorkerID)
    /// Read the images of this host and report: `WorkerCore.takeImages`. Nobody asks for the same ones meanwhile.
    case loadImages(DataSetName)
    /// Where it cannot be started, `trainerNotStarted` says so.
    case startTrainer(TrainerStart)
    case stopTrainer(AttemptKey)
    /// The attempt cannot be trained here; the coordinator is told.
    case reportUnfit(AttemptKey, HostFault)
    /// Keep the key that the coordinator will have next, on the disk, and report when it is there: `keyWasKept`. The
    /// present one lasts so much longer.
    case keepKey(String, presentEndsIn: Duration)
    /// The worker's work is over.
    case finish(WorkerSession.Finish)
}
