extension SweepPlan {
    /// A table for people: one row for each point over all its seeds, and the totals. Ends with a line feed.
    public var table: String {
        let points = sweep.points.count, seeds = sweep.seeds.count
        return """
            \(sweep.name): \(counted(points, "point")) × \(counted(seeds, "seed")) = \(counted(tasks.count, "task")) \
            on \(sweep.data.rawValue)
            seeds: \(shortList(sweep.seeds.map(String.init)))
            in every task: \(constants)

            \(TextTable(header: header, rows: sweep.points.map(row) + [total]).text)
            """
    }

    private var header: [TextTable.Cell] {
        let counts = ["tasks", "epochs", "steps", "images trained", "images evaluated"]
        return sweep.axes.map { .text($0.rawValue) } + counts.map { .number($0) }
    }

    private func row(_ point: Point) -> [TextTable.Cell] {
        let cost = TaskCost(point.parameters, data: sweep.data)
        let seeds = sweep.seeds.count
        let axes = point.values.map { value -> TextTable.Cell in
            if case .word(let word) = value { .text(word) } else { .number(value.description) }
        }
        return axes + counts(of: [cost], times: seeds)
    }

    private var total: [TextTable.Cell] {
        let costs = sweep.points.map { TaskCost($0.parameters, data: sweep.data) }
        let names = sweep.axes.indices.map { TextTable.Cell.text($0 == 0 ? "total" : "") }
        return names + counts(of: costs, times: sweep.seeds.count)
    }

    private func counts(of costs: [TaskCost], times seeds: Int) -> [TextTable.Cell] {
        let perTask: [KeyPath<TaskCost, Int>] = [\.epochs, \.steps, \.trainedImages, \.evaluatedImages]
        let sums = perTask.map { path in costs.reduce(0) { $0 + $1[keyPath: path] } }
        return ([costs.count] + sums).map { .number(grouped($0 * seeds)) }
    }

    /// Every hyperparameter that no axis varies.
    private var constants: String {
        let parameters = sweep.points[0].parameters
        let names = Hyperparameter.allCases.filter { $0 != .seed && !sweep.axes.contains($0) }
        return names.compactMap { name in parameters[name].map { "\(name.rawValue) \($0)" } }.joined(separator: ", ")
    }
}

/// The first twelve of `items`, and how many more there are.
private func shortList(_ items: [String]) -> String {
    let rest = items.count - 12
    return items.prefix(12).joined(separator: ", ") + (rest > 0 ? " and \(grouped(rest)) more" : "")
}
