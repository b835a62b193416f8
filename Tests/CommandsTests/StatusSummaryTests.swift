import Commands
import Experiment
import Foundation
import Status
import Testing

/// What `sweep status` says.
struct StatusSummaryTests {
    private var progress = SweepProgress(
        tasks: TaskCounts(waiting: 1, running: 2, done: 3, failed: 4), epochsDone: 17, epochsTotal: 30)
    private let key = WorkerKey(rawValue: String(repeating: "0a", count: 32))!

    private func lines(isServed: Bool = true, _ change: (inout SweepProgress) -> Void = { _ in }) -> [String] {
        var progress = progress
        change(&progress)
        return StatusSummary(name: "small", progress: progress, isServed: isServed).text.split(separator: "\n")
            .map(String.init)
    }

    private let facts = [
        "small: 3 of 10 tasks done, 2 running, 4 failed, 1 waiting", "17 of 30 epochs stored",
    ]

    @Test func `people read how many tasks are in each phase, and how many epochs are stored`() {
        #expect(lines() == facts)
    }

    @Test func `a sweep that no coordinator serves says how it goes on, unless it is over`() {
        #expect(
            lines(isServed: false)
                == facts + ["no coordinator of yours is at work on this host: the same sweep run goes on"])
        let over = lines(isServed: false) { $0.tasks = TaskCounts(done: 6, failed: 4) }
        #expect(over == ["small: 6 of 10 tasks done, 0 running, 4 failed, 0 waiting", "17 of 30 epochs stored"])
    }

    @Test func `a pause is told of a sweep that is served: it ends with the coordinator`() {
        #expect(lines { $0.isPaused = true } == facts + ["paused: nothing new begins until sweep resume"])
        #expect(!lines(isServed: false) { $0.isPaused = true }.contains { $0.hasPrefix("paused") })
    }

    @Test func `alarms, liars and disputes have a line each`() {
        let liar = Liar(
            key: key, workers: ["south-1", "north-1"].map { WorkerID(rawValue: $0)! }, reason: "its records differ")
        let alarms = lines {
            $0.alarms = 1
            $0.liars = [liar]
            $0.disputes = 2
        }
        #expect(
            alarms == facts + [
                "ALARM: 1 record came out different when trained again",
                "ALARM: south-1, north-1 (key 0a0a0a0a0a0a) lied, or its host computes wrongly: its records differ",
                "ALARM: of 2 tasks word stands against word",
            ])
    }

    // MARK: For programs

    private struct Fields: Decodable, Equatable {
        struct Liar: Decodable, Equatable {
            var key: String
            var workers: [String]
            var reason: String
        }

        var name = "small"
        var tasks = 10
        var done = 3
        var failed = 4
        var running = 2
        var epochs = 30
        var epochsStored = 17
        var alarms = 1
        var liars: [Liar] = []
        var disputes = 2
        var paused = true
        var coordinator = false
    }

    @Test func `programs read every count and flag, and who lied`() throws {
        var progress = progress
        (progress.alarms, progress.disputes, progress.isPaused) = (1, 2, true)
        progress.liars = [Liar(key: key, workers: [WorkerID(rawValue: "north-1")!], reason: "its records differ")]
        let json = try StatusSummary(name: "small", progress: progress, isServed: false).json()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var expected = Fields()
        expected.liars = [.init(key: key.rawValue, workers: ["north-1"], reason: "its records differ")]
        #expect(try decoder.decode(Fields.self, from: Data(json.utf8)) == expected)
        #expect(!json.contains("\n"), "an object is a line")
    }
}
