import ChildProcesses
import Experiment
import Foundation
import Scheduling
import TestSupport
import Testing
import Wire
import WorkerAgent

/// The program's own trainer, on its pipe.
@Suite(.timeLimit(.minutes(2)))
struct TrainerPipeTests {
    private let conditions = TrainerConditions(
        agent: getpid(), dataDirectory: nil, processors: [], checkpointPause: .zero)

    private func task(epochs: Int = 2) -> SweepTask {
        var parameters = TaskParameters(batchSize: 32, seed: 202, epochs: epochs)
        parameters.trainLimit = 64
        parameters.testLimit = 32
        // A trainer believes the digest of its agent.
        let digest = DataDigest(rawValue: String(repeating: "0a", count: 32))!
        return SweepTask(parameters: parameters, data: .shapes, dataDigest: digest)
    }

    /// What the trainer reports when it is given this on its standard input, and how it ends.
    private func answer(to input: [UInt8]) throws -> (reports: [TrainerReport], end: ChildProcess.End) {
        let trainer = try ChildProcess(
            executable: Program.sweep, arguments: ["trainer"], environment: ProcessInfo.processInfo.environment)
        defer {
            trainer.send(signal: SIGKILL)
            trainer.wait()
        }
        try trainer.write(input)
        var frames = FrameReader()
        var reports: [TrainerReport] = []
        while true {
            let bytes = trainer.read()
            guard !bytes.isEmpty else { return (reports, trainer.wait()) }
            reports += try frames.append(bytes).map { try TrainerReport(decoding: $0) }
        }
    }

    private func answer(to orders: TrainerOrder...) throws -> (reports: [TrainerReport], end: ChildProcess.End) {
        try answer(to: orders.flatMap { FrameReader.frame($0.encoded()) })
    }

    private func records(in reports: [TrainerReport]) -> [EpochRecord] {
        reports.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    private func end(in reports: [TrainerReport]) -> AttemptEnd? {
        if case .ended(let end)? = reports.last { end } else { nil }
    }

    private func state(in reports: [TrainerReport]) -> CheckpointContent? {
        var assembly: CheckpointAssembly?
        for case .statePiece(let piece) in reports {
            assembly = assembly ?? CheckpointAssembly(of: piece.label)
            guard assembly!.append(piece) else { return nil }
        }
        return assembly?.content()
    }

    // MARK: Versions

    @Test func `a trainer does not take an order of another version, and says so with its exit code`() throws {
        var order = TrainerOrder.start(task(), conditions).encoded()
        // Field 1 is the version, a number of one byte.
        try #require(order.prefix(2) == [8, UInt8(TrainerVersion.current)])
        for version in [0, 1, TrainerVersion.current + 1] {
            order[1] = UInt8(version)
            let (reports, end) = try answer(to: FrameReader.frame(order))
            #expect(reports.isEmpty && end == .exited(TrainerExit.notUnderstood), "version \(version): \(end)")
        }
        #expect(TrainerExit.notUnderstood == 2, "as Protocol.md has it, and as earlier versions end")
    }

    /// The program was replaced while the agent ran, say. A shell stands between them and changes the version.
    @Test func `the worker of a trainer of another version says that its host is unfit`() async throws {
        let start = TrainerStart(
            key: AttemptKey(task: task().id, attempt: Attempt(rawValue: 1)), task: task(), slot: 0)
        let rest = FrameReader.frame(TrainerOrder.start(start.task, conditions).encoded()).count - 6
        let changed = "head -c 5; head -c 1 >/dev/null; printf '\\177'; head -c \(rest)"
        let ends = Heard<AttemptEnd>()
        let trainer = try TrainerProcess(
            TrainerLaunch(
                executable: "/bin/sh", arguments: ["-c", "{ \(changed); } | '\(Program.sweep)' trainer"], name: "sh"),
            environment: ProcessInfo.processInfo.environment, start: start, conditions: conditions
        ) { report in
            if case .trainerEnded(_, let end) = report { ends.put(end) }
        }
        let end = try await ends.next("the trainer's end")
        #expect(end.outcome == .unfit && end.reason.contains("did not understand"), "\(end)")
        withExtendedLifetime(trainer) {}
    }

    // MARK: What is no order

    @Test func `a trainer ends when it is told what is no order, also while it trains`() throws {
        let label = CheckpointContent(epoch: 1, bytes: [1, 2, 3]).label
        let broken = TrainerOrder.statePiece(CheckpointPiece(label: label, offset: 0, bytes: []))
        let start = TrainerOrder.start(task(epochs: 10_000), conditions, from: label)
        #expect(try answer(to: start, broken).end == .exited(TrainerExit.notUnderstood))
        let alone = TrainerOrder.start(task(epochs: 10_000), conditions)
        #expect(try answer(to: alone, broken).end == .exited(TrainerExit.notUnderstood))
        #expect(try answer(to: [0xFF, 0xFF, 0xFF, 0xFF]).end == .exited(TrainerExit.notUnderstood), "no frame")
        #expect(try answer(to: .stop).end == .exited(TrainerExit.notUnderstood), "nothing was begun")
    }

    // MARK: States

    @Test func `a trainer goes on from the state that it is given, with the same bits`() throws {
        let whole = try answer(to: .start(task(), conditions))
        let expected = records(in: whole.reports)
        try #require(expected.map(\.epoch) == [1, 2] && end(in: whole.reports)?.outcome == .completed)
        let handedOver = state(in: whole.reports)
        let state = try #require(handedOver, "a state after the first epoch")
        let orders = state.pieces(limit: 100_000).map { TrainerOrder.statePiece($0) }
        let start = TrainerOrder.start(task(), conditions, from: state.label)
        let resumed = try answer(to: ([start] + orders).flatMap { FrameReader.frame($0.encoded()) })
        #expect(records(in: resumed.reports) == [expected[1]])
        #expect(end(in: resumed.reports)?.reason == "went on after epoch 1" && resumed.end == .exited(0))
    }

    @Test func `a state whose pieces do not make it costs time, and no bit`() throws {
        let expected = records(in: try answer(to: .start(task(), conditions)).reports)
        let state = CheckpointContent(epoch: 1, bytes: (0..<30).map { UInt8($0) })
        let pieces = state.pieces(limit: 10)
        let forged = CheckpointPiece(label: state.label, offset: 20, bytes: Array(repeating: 9, count: 10))
        let unusable: [(pieces: [CheckpointPiece], why: String)] = [
            ([pieces[1], pieces[0], pieces[2]], "its state did not come whole"),
            ([pieces[0], pieces[0]], "its state did not come whole"),
            ([pieces[0], pieces[1], forged], "its state is not what its label says"),
        ]
        for (pieces, why) in unusable {
            let orders = [TrainerOrder.start(task(), conditions, from: state.label)] + pieces.map { .statePiece($0) }
            let (reports, _) = try answer(to: orders.flatMap { FrameReader.frame($0.encoded()) })
            #expect(records(in: reports) == expected)
            let end = end(in: reports)
            #expect(end?.outcome == .completed && end?.reason == "began at the first epoch: \(why)", "\(reports.count)")
        }
    }

    @Test func `a trainer that is told to stop while its state comes ends in its own words`() throws {
        let state = CheckpointContent(epoch: 1, bytes: Array(repeating: 1, count: 30))
        let (reports, end) = try answer(
            to: .start(task(epochs: 10_000), conditions, from: state.label), .statePiece(state.pieces(limit: 10)[0]),
            .stop)
        #expect(self.end(in: reports)?.outcome == .cancelled && end == .exited(0), "\(reports)")
    }
}
