import FleetCommands
import Testing

/// Somebody who stops a command twice does not want to wait.
struct RepeatedStopTests {
    private let start = ContinuousClock.now

    @Test func `the first signal asks for good order, and its echo for nothing more`() {
        var stop = RepeatedStop()
        #expect([0, 1, 200].allSatisfy { !stop.insists(at: start + .milliseconds($0)) })
    }

    @Test func `each later one insists, also after an echo`() {
        var stop = RepeatedStop()
        let answers = [0, 50, 201, 10_000].map { stop.insists(at: start + .milliseconds($0)) }
        #expect(answers == [false, false, true, true])
    }
}
