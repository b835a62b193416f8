/// The sweep that a coordinator is measured with: so many tasks, as a comparison over seeds has them.
///
/// Up to a thousand tasks are the seeds of one point. More are spread over points: two norms, five batch sizes and ten
/// learning rates make a hundred, each of a thousand seeds. A number that does not divide so has fewer points.
package struct LoadSweep: Sendable, Equatable {
    package let epochs: Int
    package let norms: Int
    package let batchSizes: Int
    package let learningRates: Int
    package let seeds: Int

    private static let mostSeeds = 1000

    /// - Parameter tasks: at least 1.
    package init(tasks: Int, epochs: Int) {
        precondition(tasks > 0 && epochs > 0, "a sweep of \(tasks) tasks of \(epochs) epochs")
        self.epochs = epochs
        let grids = [1, 2].flatMap { norms in
            [1, 5].flatMap { batchSizes in
                (1...10).map { Grid(norms: norms, batchSizes: batchSizes, learningRates: $0) }
            }
        }.filter { tasks % $0.points == 0 }
        let small = grids.filter { tasks / $0.points <= Self.mostSeeds }
        let grid = small.min { $0.precedes($1) } ?? grids.max { $0.points < $1.points }!
        (norms, batchSizes, learningRates) = (grid.norms, grid.batchSizes, grid.learningRates)
        seeds = tasks / grid.points
    }

    package var tasks: Int { norms * batchSizes * learningRates * seeds }

    /// What the sweep file says.
    package var text: String {
        """
        name: load
        data: shapes
        grid:
          norm: \(list(["bn", "ln"].prefix(norms)))
          batch_size: \(list([8, 16, 32, 64, 128].prefix(batchSizes)))
          learning_rate: \(list((1...learningRates).map { $0 == 10 ? "0.01" : "0.00\($0)" }))
          seed: \(list(1...seeds))
        train:
          epochs: \(epochs)

        """
    }

    private func list(_ values: some Collection<some CustomStringConvertible>) -> String {
        "[" + values.map(\.description).joined(separator: ", ") + "]"
    }
}

private struct Grid {
    let norms: Int
    let batchSizes: Int
    let learningRates: Int

    var points: Int { norms * batchSizes * learningRates }

    /// The fewest points; of as many, the ones with the most norms and batch sizes, whose axes are short.
    func precedes(_ other: Grid) -> Bool {
        (points, learningRates) < (other.points, other.learningRates)
    }
}
