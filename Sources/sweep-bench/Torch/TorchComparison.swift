import Foundation

/// Trains with the engine and with PyTorch's two arrangements in turn, on the same images.
final class TorchComparison {
    private let bench: EngineBench
    private let seconds: Double
    private let rounds: Int
    private let images: String
    private var notebook: [TorchPeer] = []
    private var best: [TorchPeer] = []

    /// - Parameter seconds: of each part of a round.
    init(bench: EngineBench, python: String, seconds: Double, rounds: Int) throws {
        self.bench = bench
        self.seconds = seconds
        self.rounds = rounds
        images = NSTemporaryDirectory() + "sweep-bench-\(UUID().uuidString).bin"
        do {
            let bytes = FormulaImages.bytes(from: 0, count: bench.data.train.count)
            try Data(bytes).write(to: URL(fileURLWithPath: images))
            // The notebook's process goes where it likes: its threads and loaders are more than the cores.
            notebook = [try TorchPeer(python: python, arrangement: .notebook, images: images, processors: [])]
            for thread in 0..<bench.threads.count {
                best.append(
                    try TorchPeer(
                        python: python, arrangement: .best, images: images,
                        processors: bench.threads.processors(of: thread)))
            }
            // Their start would take the cores from the first measurement.
            for peer in notebook + best { try peer.waitUntilReady() }
        } catch {
            end()
            throw BenchFailure("PyTorch's processes: \(error)")
        }
    }

    func end() {
        for peer in notebook + best { peer.end() }
        (notebook, best) = ([], [])
        try? FileManager.default.removeItem(atPath: images)
    }

    func compare(_ cell: Cell) throws -> TorchRow {
        var row = TorchRow(norm: cell.norm.rawValue, batchSize: cell.batchSize)
        for round in 1...rounds {
            Output.progress("\(cell), round \(round) …")
            row.ours.append(try bench.trainingRate(cell, seconds: seconds))
            row.notebook.append(try rate(of: notebook, cell))
            row.best.append(try rate(of: best, cell))
        }
        return row
    }

    /// Images a second of all peers together. They are warm before any of them starts.
    private func rate(of peers: [TorchPeer], _ cell: Cell) throws -> Double {
        for peer in peers { try peer.prepare(cell) }
        for peer in peers { try peer.waitUntilReady() }
        for peer in peers { try peer.start(seconds: seconds) }
        return try peers.map { try $0.result() }.reduce(0, +)
    }

    var head: String {
        """
        images a second of the machine, mean of \(rounds) rounds of \(fixed(seconds, 1)) s each; ratios, lowest to highest
        ours      \(bench.threads.count) trainers of one thread; kernels \(bench.kernels.rawValue)
        notebook  one PyTorch process, 2 threads, 2 loader workers over PIL images
        best      \(bench.threads.count) PyTorch processes of one thread, images prepared, channels last

        """ + TorchRow.head
    }
}

/// A cell's images a second, by round.
struct TorchRow: Encodable {
    let norm: String
    let batchSize: Int
    var ours: [Double] = []
    var notebook: [Double] = []
    var best: [Double] = []

    init(norm: String, batchSize: Int) {
        self.norm = norm
        self.batchSize = batchSize
    }

    static var head: String {
        "norm".left(6) + "batch".right(6) + ["ours", "notebook", "best"].map { $0.right(10) }.joined()
            + ["ours/notebook", "ours/best"].map { $0.right(16) }.joined()
    }

    var text: String {
        norm.left(6) + String(batchSize).right(6)
            + [ours, notebook, best].map { fixed(mean($0)).right(10) }.joined()
            + [notebook, best].map { ratios(to: $0).right(16) }.joined()
    }

    private func mean(_ rates: [Double]) -> Double { rates.reduce(0, +) / Double(rates.count) }

    /// Of each round's neighbours in time, so that a slow minute of the machine slows both.
    private func ratios(to others: [Double]) -> String {
        let ratios = zip(ours, others).map { $0 / $1 }.sorted()
        guard let lowest = ratios.first, let highest = ratios.last else { return "–" }
        return "\(fixed(lowest, 2)) – \(fixed(highest, 2))"
    }
}
