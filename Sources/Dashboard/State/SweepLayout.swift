import Experiment

/// Where each task stands in the map: a row for each point in the order of the tables, a column for each seed.
package struct SweepLayout: Sendable {
    package struct Row: Sendable {
        /// The point's values on the axes.
        var values: [ParameterValue]
        package var label: String
        var norm: Norm
        /// The longest of its tasks.
        var epochs: Int
    }

    package let axes: [Hyperparameter]
    package let rows: [Row]
    /// In the order in which they are handed out.
    package let seeds: [Int]
    /// The place of each task, by ordinal: row × number of seeds + column.
    package let cells: [Int]
    /// The task at each place; `nil` where the plan has none.
    package let ordinals: [Int?]
    /// That so few seeds cannot reach p = 0.05 by an exact test; `nil` where they can.
    package let exactTestNote: String?

    init(axes: [Hyperparameter], tasks: [SweepTask]) {
        self.axes = axes
        var rows: [[ParameterValue]: Row] = [:]
        var columns: [Int: Int] = [:]
        var seeds: [Int] = []
        let values = tasks.map { task in axes.compactMap { task.parameters[$0] } }
        for (task, values) in zip(tasks, values) {
            let parameters = task.parameters
            let label = values.isEmpty ? "all" : values.map(\.description).joined(separator: " · ")
            let row = Row(values: values, label: label, norm: parameters.norm, epochs: parameters.epochs)
            rows[values, default: row].epochs = max(rows[values]?.epochs ?? 0, parameters.epochs)
            guard columns[parameters.seed] == nil else { continue }
            columns[parameters.seed] = seeds.count
            seeds.append(parameters.seed)
        }
        let sorted = rows.values.sorted { $0.values.lexicographicallyPrecedes($1.values) }
        let places = Dictionary(uniqueKeysWithValues: zip(sorted.map(\.values), 0...))
        let cells = zip(tasks, values).map { places[$1]! * seeds.count + columns[$0.parameters.seed]! }
        var ordinals = [Int?](repeating: nil, count: sorted.count * seeds.count)
        for (ordinal, cell) in cells.enumerated() { ordinals[cell] = ordinal }
        self.rows = sorted
        self.seeds = seeds
        self.cells = cells
        self.ordinals = ordinals
        exactTestNote = Experiment.exactTestNote(seeds: seeds.count, axes: axes, points: sorted.map(\.values))
    }

    func row(of ordinal: Int) -> Int { cells[ordinal] / seeds.count }

    /// What the rows' labels are made of.
    var axisNames: String { axes.isEmpty ? "point" : axes.map(\.rawValue).joined(separator: " · ") }
}
