import Experiment
import Scheduling
import Training
import Transport

/// Everything around a worker's loop: the network, the trainers, the images, the clock. A test has its own.
///
/// All of it is called on the loop's thread.
package protocol AgentSurroundings: AnyObject {
    var now: Instant { get }

    /// What has happened, oldest first. Waits until something has, or the instant has come.
    func events(until deadline: Instant) -> [AgentEvent]

    /// Sends a message to the coordinator, if there is a connection and room.
    func send(_ bytes: [UInt8]) -> SendOutcome

    /// Starts a trainer. What it reports, and its end, are events.
    ///
    /// - Parameter checkpointInterval: how old a checkpoint may become.
    /// - Returns: what stops it.
    /// - Throws: why there is none; no event of it follows.
    func startTrainer(_ start: TrainerStart, checkpointInterval: Duration) throws -> any RunningTrainer

    /// Keeps the public key that the coordinator will have next, beside the present one: on the disk, where this worker
    /// keeps keys there, when it returns.
    ///
    /// - Throws: where the text is no key, which changes nothing, or the disk did not take it, so that it lasts as long
    ///   as this process.
    func keep(coordinatorKey: String) throws(TransportError)

    /// Reads the images of this host; what they are is an event.
    func loadImages(_ name: DataSetName)
}

/// A trainer that was started.
package protocol RunningTrainer: AnyObject {
    /// Has it end soon. Its end is an event, as always.
    func stop()
}

/// What happens to a worker.
package enum AgentEvent: Sendable {
    case dealer(DealerEvent)
    /// Something happened on the connection with the token's key.
    case enrolment(DealerEvent)
    /// The images of this host were read, or why they could not be.
    case imagesLoaded(DataSetName, Result<DataDigest, DataSetError>)
    /// Anything else, in the session's words.
    case occurred(WorkerSession.Event)
}

extension AgentEvent {
    /// What a coordinator had it take of the memory.
    var byteCount: Int {
        switch self {
        case .dealer(.message(let bytes)), .enrolment(.message(let bytes)): bytes.count
        default: 0
        }
    }
}
