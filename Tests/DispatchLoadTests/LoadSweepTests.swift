import DispatchLoad
import Experiment
import Testing

struct LoadSweepTests {
    @Test(arguments: [1, 2, 7, 20, 999, 1000, 1001, 1009, 2000, 10_000, 12_345, 99_991, 100_000])
    func `the sweep file is right, and has as many tasks as it was asked for`(tasks: Int) throws {
        let sweep = LoadSweep(tasks: tasks, epochs: 3)
        #expect(sweep.tasks == tasks)
        let plan = try Sweep(yaml: sweep.text, file: "load.yaml")
        #expect(plan.points.count * plan.seeds.count == tasks)
    }

    @Test func `a thousand tasks are a comparison's seeds, more of them are spread over points`() {
        #expect(LoadSweep(tasks: 1000, epochs: 1).seeds == 1000)
        let large = LoadSweep(tasks: 10_000, epochs: 1)
        #expect([large.norms, large.batchSizes, large.learningRates, large.seeds] == [2, 5, 1, 1000])
        let largest = LoadSweep(tasks: 100_000, epochs: 1)
        #expect([largest.norms, largest.batchSizes, largest.learningRates, largest.seeds] == [2, 5, 10, 1000])
        // A prime has one point.
        #expect(LoadSweep(tasks: 1009, epochs: 1).seeds == 1009)
    }
}
