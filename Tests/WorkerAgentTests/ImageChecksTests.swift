import Crypto
import Experiment
import Testing
import Training
import WorkerAgent

struct ImageChecksTests {
    private let digest = DataDigest(SHA256.hash(data: [1]))
    private let missing = DataSetError(.notFound, path: "nowhere", message: "not there")

    @Test func theFirstTaskLoadsTheImagesAndTheOthersWait() throws {
        var checks = ImageChecks()
        expectDemand(.load(.shapes), for: start(seed: 1), &checks)
        expectDemand(.loading, for: start(seed: 2), &checks)
        let waiting = checks.note(.success(digest), of: .shapes)
        #expect(waiting.map(\.task.parameters.seed) == [1, 2])
        expectDemand(.ready, for: start(seed: 3), &checks)
        try checks.check(start(seed: 3).task, host: "here")
    }

    @Test func imagesThatWereMissingAreLookedForAgain() {
        var checks = ImageChecks()
        _ = checks.demand(for: start(seed: 1))
        let waiting = checks.note(.failure(missing), of: .shapes)
        #expect(waiting.count == 1)
        #expect(throws: missing) { try checks.check(waiting[0].task, host: "here") }
        expectDemand(.load(.shapes), for: start(seed: 2), &checks)
    }

    @Test func aTaskTakenBackWhileTheImagesLoadDoesNotStart() {
        var checks = ImageChecks()
        let first = start(seed: 1)
        _ = checks.demand(for: first)
        let wasWaiting = checks.withdraw(first.key), isWaiting = checks.withdraw(first.key)
        #expect(wasWaiting && !isWaiting)
        let waiting = checks.note(.success(digest), of: .shapes)
        #expect(waiting.isEmpty)
    }

    @Test func otherImagesThanTheSweepsAreRefusedWithTheirDigest() {
        var checks = ImageChecks()
        _ = checks.demand(for: start(seed: 1))
        _ = checks.note(.success(DataDigest(SHA256.hash(data: [2]))), of: .shapes)
        #expect { try checks.check(start(seed: 1).task, host: "here") } throws: { error in
            "\(error)".contains("here are not those of the sweep")
        }
    }

    private func expectDemand(
        _ demand: ImageChecks.Demand, for start: TrainerStart, _ checks: inout ImageChecks,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let actual = checks.demand(for: start)
        #expect(actual == demand, sourceLocation: sourceLocation)
    }

    private func start(seed: Int) -> TrainerStart {
        let task = SweepTask(parameters: TaskParameters(seed: seed), data: .shapes, dataDigest: digest)
        return TrainerStart(key: AttemptKey(task: task.id, attempt: Attempt(rawValue: 1)), task: task, slot: 0)
    }
}
