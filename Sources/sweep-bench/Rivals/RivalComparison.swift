import Foundation
import Training

/// Trains with the engine and with each rival in turn, on the same images.
final class RivalComparison {
    private let bench: EngineBench
    private let seconds: Double
    private let rounds: Int
    private let images: String
    private var teams: [RivalTeam] = []

    /// - Parameter seconds: of each rival in each round.
    init(bench: EngineBench, python: String, seconds: Double, rounds: Int) throws {
        self.bench = bench
        self.seconds = seconds
        self.rounds = rounds
        images = NSTemporaryDirectory() + "sweep-bench-\(UUID().uuidString).bin"
        do {
            try bench.plan.writeTrainingRecords(to: images)
            for rival in Rival.allCases {
                teams.append(try RivalTeam(rival, python: python, images: images, threads: bench.threads))
            }
        } catch {
            end()
            throw BenchFailure("the rivals' processes: \(error)")
        }
        for team in teams { team.waitUntilReady() }
    }

    func end() {
        for team in teams { team.end() }
        teams = []
        try? FileManager.default.removeItem(atPath: images)
    }

    func compare(_ cell: Cell) throws -> RivalRow {
        var row = RivalRow(norm: cell.norm.rawValue, batchSize: cell.batchSize)
        for round in 1...rounds {
            Output.progress("\(cell), round \(round) …")
            row.ours.append(try bench.measure(cell).map(\.meanRate).reduce(0, +))
            for team in teams { row.add(team.measure(cell, seconds: seconds), of: team.rival) }
        }
        return row
    }

    var head: String {
        let titles = Rival.allCases.map { "\($0.rawValue.left(10))\($0.title)" }.joined(separator: "\n")
        return """
            images a second of the machine, mean of \(rounds == 1 ? "one round" : "\(rounds) rounds") in turn
            images    \(bench.plan.text)
            ours      \(bench.threads.count) trainers of one thread, kernels \(bench.kernels.rawValue), from the \
            initial weights
            \(titles)
            Each rival trains for \(fixed(seconds, 1)) s a round. × is ours / the rival's, and the last column ours / \
            the best of them.

            """ + RivalRow.head
    }
}
