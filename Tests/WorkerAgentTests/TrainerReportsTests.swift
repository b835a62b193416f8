import Experiment
import Foundation
import Scheduling
import TestSupport
import Testing
import Wire
import WorkerAgent

/// What a trainer writes comes out in its order. `cat` stands in for it, and writes a file of such messages.
@Suite(.timeLimit(.minutes(1)))
struct TrainerReportsTests {
    private let directory = TemporaryDirectory()
    private let reports = Heard<WorkerSession.Event>()
    private let start: TrainerStart

    init() {
        let task = SweepTask(
            parameters: TaskParameters(), data: .shapes,
            dataDigest: DataDigest(rawValue: String(repeating: "0a", count: 32))!)
        start = TrainerStart(key: AttemptKey(task: task.id, attempt: Attempt(rawValue: 1)), task: task, slot: 0)
    }

    private func record(_ epoch: Int) -> EpochRecord {
        let metrics = EpochMetrics(trainLoss: 1.5, valLoss: 2, trainAccuracy: 10, valAccuracy: 20)
        return EpochRecord(epoch: epoch, metrics: metrics, gradientNorms: [1, 2])
    }

    /// Everything that comes of these bytes, up to the end.
    private func reports(of bytes: [UInt8]) async throws -> [WorkerSession.Event] {
        let file = directory.path + "/said"
        try Data(bytes).write(to: URL(filePath: file))
        let trainer = try TrainerProcess(
            TrainerLaunch(executable: "/bin/cat", arguments: [file], name: "cat"), environment: [:], start: start,
            conditions: .ofTest
        ) { [reports] in reports.put($0) }
        var all: [WorkerSession.Event] = []
        while true {
            all.append(try await reports.next("the trainer's end"))
            if case .trainerEnded = all.last { break }
        }
        withExtendedLifetime(trainer) {}
        return all
    }

    private func bytes(_ messages: [TrainerReport]) -> [UInt8] {
        messages.flatMap { FrameReader.frame($0.encoded()) }
    }

    @Test func `records and whole states are passed on, and the end in its own words`() async throws {
        let state = CheckpointContent(epoch: 1, bytes: (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
        let end = AttemptEnd(outcome: .completed, reason: "", seconds: 3)
        let messages: [TrainerReport] =
            [.record(record(1))] + state.pieces(limit: 400).map { .statePiece($0) }
            + [.record(record(2)), .ended(end)]
        #expect(
            try await reports(of: bytes(messages)) == [
                .trainerReported(start.key, record(1)), .trainerSaved(start.key, state),
                .trainerReported(start.key, record(2)), .trainerEnded(start.key, end),
            ])
    }

    @Test func `a state that is not whole, or not what its label says, is dropped`() async throws {
        let state = CheckpointContent(epoch: 1, bytes: Array(repeating: 1, count: 1_000))
        let pieces = state.pieces(limit: 400)
        let forged = CheckpointPiece(label: state.label, offset: 800, bytes: Array(repeating: 2, count: 200))
        let end = AttemptEnd(outcome: .error, reason: "no", seconds: 0)
        let sequences = [
            [pieces[1], pieces[2]], [pieces[0], pieces[2]], [pieces[0], pieces[1], forged], [pieces[0]],
        ]
        let messages = sequences.flatMap { $0.map { TrainerReport.statePiece($0) } }
        #expect(try await reports(of: bytes(messages + [.ended(end)])) == [.trainerEnded(start.key, end)])
        // A whole state that follows is taken.
        let next = messages + pieces.map { TrainerReport.statePiece($0) } + [.ended(end)]
        #expect(try await reports(of: bytes(next)) == [.trainerSaved(start.key, state), .trainerEnded(start.key, end)])
    }

    @Test func `a piece of a state that is none ends the attempt: what was reported before it counts`() async throws {
        let state = CheckpointContent(epoch: 1, bytes: [1, 2, 3])
        let broken = CheckpointPiece(label: state.label, offset: 0, bytes: [])
        let end = AttemptEnd(outcome: .completed, reason: "", seconds: 3)
        let said: [TrainerReport] = [.record(record(1)), .statePiece(broken), .record(record(2)), .ended(end)]
        let all = try await reports(of: bytes(said))
        try #require(all.count == 2 && all[0] == .trainerReported(start.key, record(1)), "\(all)")
        guard case .trainerEnded(_, let judged) = all[1] else { return }
        #expect(judged.outcome == .error && judged.reason.contains("content: 0 bytes"), "\(judged)")
    }

    @Test func `what is no message ends the attempt`() async throws {
        let reason = "the trainer wrote something that is no frame"
        let end = AttemptEnd(outcome: .error, reason: reason, seconds: 0)
        #expect(try await reports(of: [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]) == [.trainerEnded(start.key, end)])
    }

    @Test func `a trainer of another version is unfit, and nothing that follows is believed`() async throws {
        let end = AttemptEnd(outcome: .completed, reason: "", seconds: 3)
        // Field 1 is the version, a number of one byte.
        var other = TrainerReport.record(record(1)).encoded()
        #expect(other.prefix(2) == [8, UInt8(TrainerVersion.current)])
        other[1] = 77
        let said = FrameReader.frame(other) + bytes([.ended(end)])
        guard case .trainerEnded(_, let judged) = try await reports(of: said).last else { return }
        #expect(judged.outcome == .unfit && judged.reason.contains("speaks version 77"), "\(judged)")
    }

    @Test func `a message that is no report ends the attempt, and nothing that follows is believed`() async throws {
        let end = AttemptEnd(outcome: .completed, reason: "", seconds: 3)
        let said = FrameReader.frame([8, UInt8(TrainerVersion.current)]) + bytes([.ended(end)])
        guard case .trainerEnded(_, let judged) = try await reports(of: said).last else { return }
        #expect(judged.outcome == .error && judged.reason.contains("no known body"), "\(judged)")
    }

    @Test func `an end without a word is an error with its exit code`() async throws {
        guard case .trainerEnded(_, let end) = try await reports(of: []).last else { return }
        #expect(end.outcome == .error && end.reason == "the trainer ended with exit code 0 and no report")
    }
}
