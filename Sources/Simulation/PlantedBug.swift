/// A bug that the wiring of a simulated fleet can have, to show that the simulator finds it.
///
/// The state machines stay as they are: the wiring forgets, reorders or invents what passes between them, as a shell
/// with that bug would.
package enum PlantedBug: String, CaseIterable, Sendable {
    // The coordinator's turn
    case acknowledgesBeforeCommit
    case takesFailedWriteForSuccess
    case assignsBeforeStoring
    case reopeningNotStored
    case recordStoredTwice
    case differenceIgnored
    case lateRecordDropped
    case attemptNumberIgnored
    case failuresNotCounted
    case answersBeforeStoring
    case comparesBeforeCommit

    // Time
    case leaseNeverExpires
    case wallClockLeases

    // Restarts
    case planNotStored
    case attemptsForgottenAtRestart
    case checkpointsForgottenAtRestart
    case namesForgottenAtRestart
    case pastWorkersForgottenAtRestart

    // The worker of the coordinator's host
    case localWorkerTakenForDead
    case localWorkersForgottenAtRestart
    case localNameGivenAway

    // Checkpoints
    case checkpointDeletedTooEarly
    case checkpointSettledBeforeSaved
    case checkpointNotVerified
    case unlistedTakenForGone
    case largeCheckpointOffered

    // Workers
    case workerForgetsUnacknowledged
    case failedStartNotReported
    case nameTakenToldToOwner
    case renameNotCarriedOut
    case heartbeatNotAnswered
    case nameTakenByAnotherKey

    // The coordinator's key
    case nextKeyToldTooEarly
    case keySaidKeptTooEarly

    // Whoever lies
    case thirdExecutionNotStarted
    case majorityIgnored
    case replacementNotStored
    case checkpointOfStrangerNotAudited
    case forgeryTakenForFault
    case lotsWithoutSecret
    case oneKeyCountedAsTwo
    case imagesNotCompared

    // Who is believed
    case oneWordOfDivergenceBelieved
    case falseWitnessBelieved
    case judgementNotStored
    case judgementsForgottenAtRestart
    case blameNotStored
    case ownAuditVouches

    // Keys, strangers, crowds, and records that cannot be
    case revokedKeyHeard
    case revocationNotTold
    case revokedNameFreed
    case strangerTakenForWorker
    case moreWaitingIgnored
    case moreWaitingCounted
    case impossibleRecordStored
    case impossibleRecordForgiven
    case impossibleRecordBlamed

    /// In which it shows.
    package var weather: FleetWeather {
        switch self {
        case .localWorkerTakenForDead: .restarts
        case .thirdExecutionNotStarted, .majorityIgnored, .replacementNotStored, .checkpointOfStrangerNotAudited,
            .forgeryTakenForFault, .lotsWithoutSecret, .oneKeyCountedAsTwo, .imagesNotCompared,
            .oneWordOfDivergenceBelieved, .falseWitnessBelieved, .judgementNotStored, .judgementsForgottenAtRestart,
            .blameNotStored, .ownAuditVouches:
            .liar
        case .revokedKeyHeard, .revocationNotTold, .revokedNameFreed, .strangerTakenForWorker, .moreWaitingIgnored,
            .moreWaitingCounted, .impossibleRecordStored, .impossibleRecordForgiven, .impossibleRecordBlamed:
            .hostile
        default: .stormy
        }
    }
}
