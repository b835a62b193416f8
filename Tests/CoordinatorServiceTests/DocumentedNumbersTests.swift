import Scheduling
import TestSupport
import Testing
import Transport
import Wire

/// Operations.md has the numbers of the program.
struct DocumentedNumbersTests {
    private let board = TaskBoard.Policy()
    private let session = WorkerSession.Policy()
    private let keeper = LocalWorkerKeeper.Policy(lease: .zero)

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
            "for `--linger` seconds (\(seconds(session.linger));",
        ]
        let text = try Article(Article.operations).flow
        for phrase in phrases { #expect(text.contains(phrase), "\(phrase)") }
    }
}
