import CoordinatorService
import DurableFiles
import Experiment
import Foundation
import Glibc
import Journal
import TestSupport
import Testing
import Transport

/// Checkpoints are written in the order of the requests, on a thread of their own.
@Suite(.timeLimit(.minutes(1)))
struct CheckpointKeeperTests {
    private let run = try! SampleRun()
    private let content = CheckpointContent(epoch: 3, bytes: (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
    private let reports = Heard<CheckpointKeeper.Report>()
    private let keeper: CheckpointKeeper

    init() {
        keeper = CheckpointKeeper(CheckpointFiles(in: run.directory)) { [reports] in reports.put($0) }
    }

    private var names: [String] {
        get throws { try DurableFile.names(in: run.directory.checkpoints) }
    }

    @Test func `a checkpoint is reported once, when its last piece is on the disk`() async throws {
        for piece in content.pieces(limit: 300) { keeper.carryOut(.keep(piece, of: run.key(0))) }
        #expect(try await reports.next("a report of the checkpoint") == .saved(run.key(0), content.label))
        #expect(try CheckpointFiles(in: run.directory).newest() == [run.tasks[0].id: content.label])
        keeper.end()
        #expect(reports.unread.isEmpty)
    }

    @Test func `a checkpoint whose bytes are others than its label says is reported as forged`() async throws {
        var pieces = content.pieces(limit: 600)
        pieces[1] = CheckpointPiece(label: content.label, offset: 600, bytes: Array(repeating: 7, count: 400))
        for piece in pieces { keeper.carryOut(.keep(piece, of: run.key(0))) }
        #expect(try await reports.next("a report of the checkpoint") == .forged(run.key(0), content.label))
        #expect(try names.isEmpty)
        // The next one is not held up by it.
        keeper.carryOut(.keep(content.pieces(limit: 1_000)[0], of: run.key(1)))
        #expect(try await reports.next("a report of the next one") == .saved(run.key(1), content.label))
        keeper.end()
    }

    @Test func `a directory that is gone is reported with its error`() async throws {
        try FileManager.default.removeItem(atPath: run.directory.checkpoints)
        keeper.carryOut(.keep(content.pieces(limit: 1_000)[0], of: run.key(0)))
        guard case .failed(_, _, let fault) = try await reports.next("a report of the checkpoint") else {
            Issue.record("it was saved")
            return
        }
        #expect(fault.code == ENOENT)
        keeper.end()
    }

    @Test func `a disk that does not keep up makes checkpoints fail, and holds no more than its bytes`() async throws {
        let gate = Mailbox<Void>(capacity: 1)
        let slow = CheckpointKeeper(CheckpointFiles(in: run.directory), byteLimit: 1_500) { [reports] report in
            reports.put(report)
            // The thread that writes stands still after the first one.
            if case .saved(let key, _) = report, key.attempt.rawValue == 7 { _ = gate.take(until: nil) }
        }
        let piece = content.pieces(limit: 1_000)[0]
        slow.carryOut(.keep(piece, of: run.key(0, attempt: 7)))
        #expect(try await reports.next("the first one") == .saved(run.key(0, attempt: 7), content.label))
        slow.carryOut(.keep(piece, of: run.key(1)))
        slow.carryOut(.keep(piece, of: run.key(2)))
        guard case .failed(run.key(2), content.label, let fault) = try await reports.next("the one too many") else {
            Issue.record("it was taken")
            return
        }
        #expect(fault.code == ENOBUFS)
        gate.put(())
        #expect(try await reports.next("the one that waited") == .saved(run.key(1), content.label))
        slow.end()
        keeper.end()
    }

    @Test func `what was asked before the end is done by then, in its order, and nothing afterwards`() throws {
        let newer = CheckpointContent(epoch: 4, bytes: [1, 2, 3])
        for task in 0..<4 {
            for piece in content.pieces(limit: 300) { keeper.carryOut(.keep(piece, of: run.key(task))) }
        }
        keeper.carryOut(.keep(newer.pieces(limit: 3)[0], of: run.key(0)))
        keeper.carryOut(.delete(content.label, of: run.tasks[0].id))
        keeper.carryOut(.keep(content.pieces(limit: 300)[0], of: run.key(1, attempt: 2)))
        keeper.carryOut(.dropPieces(of: run.key(1, attempt: 2)))
        keeper.end()
        let saved = (0..<4).map { CheckpointKeeper.Report.saved(run.key($0), content.label) }
        #expect(reports.unread == saved + [.saved(run.key(0), newer.label)])
        let labels = [newer.label, content.label, content.label, content.label]
        let expected = Dictionary(uniqueKeysWithValues: zip(run.tasks.map(\.id), labels))
        #expect(try CheckpointFiles(in: run.directory).newest() == expected)
        #expect(try names.count == 4, "the older one and the pieces are gone")
        keeper.carryOut(.delete(newer.label, of: run.tasks[0].id))
        #expect(try names.count == 4)
    }

    @Test(arguments: [
        (ENOENT, true), (EBADMSG, true), (EIO, true), (EMFILE, false), (ENFILE, false), (ENOMEM, false),
    ])
    func `a checkpoint that cannot be read is given up only where it is gone or damaged`(code: Int32, isLost: Bool) {
        #expect(FileFault("open", path: "x", code: code).meansCheckpointIsLost == isLost)
    }
}
