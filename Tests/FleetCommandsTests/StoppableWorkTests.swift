import FleetCommands
import Testing

/// A command that keeps what it has done is stopped.
struct StoppableWorkTests {
    private let start = ContinuousClock.now

    private func answers(_ work: inout StoppableWork, at milliseconds: [Int]) -> [StoppableWork.Answer] {
        milliseconds.map { work.takeSignal(at: start + .milliseconds($0)) }
    }

    @Test func `a command that has nothing to keep ends at once`() {
        var work = StoppableWork()
        #expect(answers(&work, at: [0]) == [.endNow])
        #expect(!work.isStopRequested)
    }

    @Test func `work that has begun is asked to end in order, and a later signal ends it at once`() {
        var work = StoppableWork()
        work.begin()
        #expect(!work.isStopRequested)
        #expect(answers(&work, at: [0]) == [.endInOrder])
        #expect(work.isStopRequested)
        #expect(answers(&work, at: [5_000]) == [.endNow])
    }

    /// A terminal sends its Ctrl-C to every process of a pipeline, and some parents pass it on once more.
    @Test func `an echo of the first signal changes nothing`() {
        var work = StoppableWork()
        work.begin()
        #expect(answers(&work, at: [0, 50, 200, 201]) == [.endInOrder, .nothing, .nothing, .endNow])
        #expect(work.isStopRequested)
    }
}
