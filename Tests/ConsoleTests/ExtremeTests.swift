import CommandOutput
import Console
import Experiment
import Foundation
import Status
import Synchronization
import Testing

/// No stored value may end what a terminal shows.
struct ExtremeTests {
    static let numbers: [Double] = [
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e300, -1e300, 0, -0.0, -5, 1e9,
        9.3e18, .nan, .infinity, -.infinity,
    ]
    static let counts = [0, 1, 7, 1 << 53, Int.max - 1, Int.max]

    private func sweep() throws -> Sweep { try sampleSweep() }

    @Test(arguments: numbers)
    func `the point that is ahead has a line, and what is no number never leads`(number: Double) throws {
        let tasks = try sweep().tasks(dataDigest: DataDigest(standingInFor: .shapes))
        for other in Self.numbers {
            var board = Scoreboard(try sweep())
            for (index, task) in tasks.enumerated() {
                for epoch in [1, 2, Int.max] {
                    let metrics = EpochMetrics(
                        trainLoss: number, valLoss: number, trainAccuracy: number,
                        valAccuracy: index.isMultiple(of: 2) ? number : other)
                    board.add(EpochRecord(epoch: epoch, metrics: metrics), of: task)
                }
            }
            let line = board.best()
            let best = try #require(line)
            #expect(best.count < 90, "\(best)")
            let isLed = number.isNaN != other.isNaN
            #expect(!isLed || !best.hasPrefix("val_acc nan"), "\(number) \(other): \(best)")
        }
    }

    @Test(arguments: counts, counts)
    func `the panel has a line for any counts`(done: Int, total: Int) {
        for number in Self.numbers {
            let progress = SweepProgress(
                tasks: .init(done: 1), epochsDone: done, epochsTotal: total, workers: done, slots: total, rate: number,
                alarms: done)
            let worker = SweepView.Worker(
                name: String(repeating: "n", count: 300), host: "", rate: number, tasks: [""])
            for columns in [1, 2, 40, 80, 1_000] {
                let size = Terminal.Size(columns: columns, rows: 24)
                let lines = SweepPanel(SweepView(progress: progress, workers: [worker], best: ""), size: size).lines
                #expect(!lines.isEmpty && lines.allSatisfy { $0.cut(to: columns).width <= columns })
            }
            #expect(!SweepPanel.plainFacts(progress).isEmpty)
        }
    }
}
