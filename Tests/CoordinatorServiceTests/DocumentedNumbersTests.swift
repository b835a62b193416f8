import CoordinatorService
import Scheduling
import TestSupport
import Testing
import Transport
import Wire

/// Operations.md has the numbers of the program.
struct DocumentedNumbersTests {
    private let board = TaskBoard.Policy()
    private let session = WorkerSession.Policy()
    private let keeper = LocalWorkerKeeper.Policy(lease: .zero, othersMayJoin: false)

    private func seconds(_ duration: Duration) -> Int { Int(duration / .seconds(1)) }

    private func word(_ number: Int) -> String {
        let words = ["zero", "one", "two", "three", "four", "five", "six"]
        return words.indices.contains(number) ? words[number] : String(number)
    }

    /// Of three modules that do not know each other.
    @Test func `what a worker sends at once is what a message takes, and a message what a connection carries`() {
        #expect(session.pieceBytes == Limits.pieceBytes)
        #expect(Limits.messageBytes == TransportLimits.messageByteCount)
    }

    private func grouped(_ number: Int) -> String { "\(number / 1000),\(String(number % 1000 + 1000).suffix(3))" }

    @Test func `what the article says of times and counts is so`() throws {
        let phrases = [
            "One that is silent for `--lease` seconds (\(seconds(board.lease)))",
            "does not answer within a lease (\(seconds(keeper.answerTimeout)) s at least)",
            "Failures under \(word(board.failuresOfTask)) different keys fail the task",
            "\(word(board.failuresOfWorker).capitalized) different tasks that failed under a key",
            "older than `--checkpoint-every` seconds (\(seconds(board.checkpointInterval));",
            "16 KiB to \(session.pieceBytes >> 10) KiB",
            "has taken nothing for \(seconds(session.leavePatience)) seconds "
                + "(\(seconds(session.leavePatienceUnconnected)) without a connection)",
            "keeps a task whose state is announced for \(word(seconds(board.handOverGrace))) seconds",
            "until nothing has come for \(word(seconds(board.stopPatience))) seconds",
            "| a message | 1 MiB. The largest honest one is a piece of a checkpoint, \(Limits.pieceBytes >> 10) KiB;",
            "\(HeldBytes.connectionLimit >> 20) MiB; \(HeldBytes.silentLimit >> 20) MiB before its first message; "
                + "\(HeldBytes.totalLimit >> 20) MiB for all together",
            "\(SendBudget.byteLimit >> 20) MiB and 1000 messages; it is told no more",
            "\(CheckpointKeeper.byteLimit >> 20) MiB; what is over it fails",
            "\(grouped(PeerBudget.messages.burst)) at once, \(grouped(PeerBudget.messages.perSecond)) a second; "
                + "\(PeerBudget.bytes.burst >> 20) MiB at once, \(PeerBudget.bytes.perSecond / 1_000_000) MB a second",
            "\(grouped(PeerBudget.breachLimit)) dropped messages within a minute",
            "\(grouped(PeerBudget.handshakes.burst)) at once, one a second |",
            "may change \(FactsBudget.burst) times at once, once every \(seconds(FactsBudget.interval)) seconds",
            "A key has \(SlotGrants.first) at first, and twice as many with each record",
            "brings no epoch for \(EpochTimes.factor) times as long",
            "for `--linger` seconds (\(seconds(session.linger));",
        ]
        let text = try Article(Article.operations).flow
        for phrase in phrases { #expect(text.contains(phrase), "\(phrase)") }
    }
}
