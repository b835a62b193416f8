import DispatchLoad
import Testing

struct ProcessorTicksTests {
    @Test(arguments: ["sweep", "ZMQbg/IO/0", "a b", "(a) b)", ") S 1 (", ""])
    func `a stat file is read whatever the thread is called`(name: String) {
        let rest = "S 1 2 3 4 -1 4194560 5 6 7 8 120 34 56 78 20 0 9 0 1000 123456 789"
        #expect(ProcessorTicks(stat: "4711 (\(name)) \(rest)\n") == ProcessorTicks(name: name, ticks: 154))
    }

    @Test(arguments: [
        "", "4711", "4711 (sweep)", "4711 (sweep) S 1 2 3", "4711 )sweep( S 1 2 3 4 5 6 7 8 9 10 11 12 13",
    ])
    func `what is no stat file has no ticks`(text: String) {
        #expect(ProcessorTicks(stat: text) == nil)
    }

    @Test func `threads of one name are added, also those that came meanwhile`() {
        let before = ProcessUsage(
            total: 30,
            threads: [1: ProcessorTicks(name: "sweep", ticks: 10), 2: ProcessorTicks(name: "pool", ticks: 5)])
        let after = ProcessUsage(
            total: 60,
            threads: [
                1: ProcessorTicks(name: "sweep", ticks: 11), 2: ProcessorTicks(name: "pool", ticks: 25),
                3: ProcessorTicks(name: "pool", ticks: 8),
            ])
        #expect(after.since(before) == ["sweep": 1, "pool": 28])
    }

    @Test func `what threads have used that ended is not lost`() {
        let before = ProcessUsage(
            total: 30,
            threads: [1: ProcessorTicks(name: "sweep", ticks: 10), 2: ProcessorTicks(name: "pool", ticks: 5)])
        let after = ProcessUsage(total: 90, threads: [1: ProcessorTicks(name: "sweep", ticks: 20)])
        #expect(after.since(before) == ["sweep": 10, "": 50])
    }

    @Test func `a tick that the rounding left over is no thread's`() {
        let before = ProcessUsage(total: 30, threads: [1: ProcessorTicks(name: "sweep", ticks: 10)])
        let after = ProcessUsage(total: 41, threads: [1: ProcessorTicks(name: "sweep", ticks: 20)])
        #expect(after.since(before) == ["sweep": 10])
    }
}
