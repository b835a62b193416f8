import Experiment
import Foundation
import Scheduling
import TestSupport
import Testing
import Wire
import WorkerAgent

/// Programs that speak the trainers' protocol, or do not, in the place of a trainer.
@Suite(.timeLimit(.minutes(1)))
struct TrainerStopTests {
    private static let task = SweepTask(
        parameters: TaskParameters(), data: .shapes,
        dataDigest: DataDigest(rawValue: String(repeating: "0a", count: 32))!)
    private let start = TrainerStart(
        key: AttemptKey(task: Self.task.id, attempt: Attempt(rawValue: 1)), task: Self.task, slot: 0)
    private let ends = Heard<AttemptEnd>()
    private let directory = TemporaryDirectory()

    private func trainer(_ script: String) throws -> TrainerProcess {
        try TrainerProcess(
            TrainerLaunch(executable: "/bin/sh", arguments: ["-c", script], name: "sh"),
            environment: ["PATH": "/usr/bin:/bin"], start: start, conditions: .ofTest
        ) { [ends] report in
            if case .trainerEnded(_, let end) = report { ends.put(end) }
        }
    }

    @Test func `a trainer that is told to stop ends in its own words`() async throws {
        let end = AttemptEnd(outcome: .cancelled, reason: "stopped in epoch 3", seconds: 0.5)
        let file = directory.file("end")
        try Data(FrameReader.frame(TrainerReport.ended(end).encoded())).write(to: URL(filePath: file))
        // Ends at the first byte after the order to start.
        let orderLength = FrameReader.frame(TrainerOrder.start(start.task, .ofTest).encoded()).count
        let trainer = try trainer("head -c \(orderLength + 1) >/dev/null; cat '\(file)'")
        trainer.stop(patience: .seconds(50))
        #expect(try await ends.next("the trainer's end") == end)
    }

    @Test func `a trainer that does not heed it is killed`() async throws {
        let trainer = try trainer("exec sleep 600")
        trainer.stop(patience: .milliseconds(20))
        #expect(try await ends.next("the trainer's end").outcome == .killed)
    }

    @Test func `a trainer that speaks another version is killed, and its host is unfit`() async throws {
        // A frame of two bytes: version 127, and nothing else.
        let trainer = try trainer(#"printf '\002\000\000\000\010\177'; exec sleep 600"#)
        #expect(try await ends.next("the trainer's end").outcome == .unfit)
        trainer.stop()
    }
}
