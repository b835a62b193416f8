import CoordinatorService
import Scheduling
import Testing

struct AwaitedStatesTests {
    private func at(_ seconds: Double) -> Instant { Instant(sinceOrigin: .seconds(seconds)) }

    @Test func `what a stopping sweep waits for is said after a second and then every three`() {
        var states = AwaitedStates()
        let said = stride(from: 10.0, through: 20, by: 0.5).filter {
            states.isDue(count: 2, stopRequestedAt: at(10), at: at($0))
        }
        #expect(said == [11, 14, 17, 20])
    }

    @Test func `nothing is said while nobody stops it or nothing is awaited`() {
        var states = AwaitedStates()
        let unasked = states.isDue(count: 2, stopRequestedAt: nil, at: at(100))
        let unneeded = states.isDue(count: 0, stopRequestedAt: at(10), at: at(100))
        #expect(!unasked && !unneeded)
        // What is announced late is said at once.
        let late = states.isDue(count: 1, stopRequestedAt: at(10), at: at(100))
        #expect(late)
    }
}
