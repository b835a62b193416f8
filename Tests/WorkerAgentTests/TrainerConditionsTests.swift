import HostSystem
import Testing
import Wire
import WorkerAgent

struct TrainerConditionsTests {
    private func pause(slots: Int = 1, interval: Duration) -> Duration {
        TrainerConditions(agent: 1, slots: slots, checkpointInterval: interval, dataDirectory: nil, core: nil)
            .checkpointPause
    }

    @Test func `a trainer is told its agent, its core and where the images are`() {
        let conditions = TrainerConditions(
            agent: 4711, slots: 8, checkpointInterval: .seconds(60), dataDirectory: "/data",
            core: PhysicalCore(processors: [3, 7]))
        #expect(
            conditions
                == TrainerConditions(
                    agent: 4711, dataDirectory: "/data", processors: [3, 7], checkpointPause: .seconds(2)))
    }

    @Test func `without a core it is bound to none, and without a directory the cache has the images`() {
        let conditions = TrainerConditions(
            agent: 1, slots: 1, checkpointInterval: .seconds(60), dataDirectory: nil, core: nil)
        #expect(conditions.processors == [] && conditions.dataDirectory == nil)
    }

    @Test(arguments: [(0.0, 0.0), (0.5, 0.5), (2, 2), (3_600, 2)])
    func `states are handed over as often as the coordinator wants them and every two seconds`(
        interval: Double, expected: Double
    ) {
        #expect(pause(interval: .seconds(interval)) == .seconds(expected))
    }

    @Test(arguments: [(8, 2.0), (9, 2.25), (32, 8), (1024, 256)])
    func `all trainers of a worker together hand over four states a second at most`(slots: Int, expected: Double) {
        #expect(pause(slots: slots, interval: .seconds(3_600)) == .seconds(expected))
        // Unless the coordinator wants more.
        #expect(pause(slots: slots, interval: .zero) == .zero)
        #expect(pause(slots: slots, interval: .seconds(1)) == .seconds(1))
    }
}
