import TestSupport
import Testing
import Wire
import WorkerAgent

/// Operations.md has the numbers of the agent.
struct DocumentedNumbersTests {
    @Test func `what the article says of trainers is so`() throws {
        let text = try Article(Article.operations).flow
        #expect(TrainerConditions.longestCheckpointPause == .seconds(2))
        #expect(text.contains("after its first epoch, and then every two seconds at most"))
        #expect(TrainerProcess.stopPatience == .seconds(2))
        #expect(text.contains("(and kills them after two seconds)"))
    }
}
