import HostSystem
import Testing
import WorkerAgent

struct TrainerArgumentsTests {
    @Test func `a trainer is told its parent, its core and where the images are`() {
        let arguments = TrainerArguments.make(
            parent: 4711, slots: 8, checkpointInterval: .seconds(60), dataDirectory: "/data",
            core: PhysicalCore(processors: [3, 7]))
        #expect(
            arguments == [
                "trainer", "--parent", "4711", "--checkpoint-pause", "2.0", "--data", "/data", "--core", "3,7",
            ])
    }

    @Test func `without a core it is bound to none, and without a directory the cache has the images`() {
        let arguments = TrainerArguments.make(
            parent: 1, slots: 1, checkpointInterval: .seconds(60), dataDirectory: nil, core: nil)
        #expect(arguments == ["trainer", "--parent", "1", "--checkpoint-pause", "2.0"])
    }

    @Test(arguments: [(0.0, "0.0"), (0.5, "0.5"), (2, "2.0"), (3_600, "2.0")])
    func `states are handed over as often as the coordinator wants them and every two seconds`(
        interval: Double, pause: String
    ) {
        let arguments = TrainerArguments.make(
            parent: 1, slots: 1, checkpointInterval: .seconds(interval), dataDirectory: nil, core: nil)
        #expect(arguments.last == pause)
    }

    @Test(arguments: [(8, "2.0"), (9, "2.25"), (32, "8.0"), (1024, "256.0")])
    func `all trainers of a worker together hand over four states a second at most`(slots: Int, pause: String) {
        func pauses(_ interval: Duration) -> String? {
            TrainerArguments.make(
                parent: 1, slots: slots, checkpointInterval: interval, dataDirectory: nil, core: nil
            ).last
        }
        #expect(pauses(.seconds(3_600)) == pause)
        // Unless the coordinator wants more.
        #expect(pauses(.zero) == "0.0" && pauses(.seconds(1)) == "1.0")
    }
}
