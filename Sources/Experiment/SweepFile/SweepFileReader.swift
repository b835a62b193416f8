/// Reads the keys of a sweep file in their order, so that the first fault from above is the one that is told.
struct SweepFileReader {
    let file: String

    /// What the keys say, each checked by itself.
    struct Contents {
        var name = ""
        var data = DataSetName.cifar10
        var grid = Grid(line: 1, axes: [], seeds: [])
        var constants = TaskParameters()
        var zip: LocatedNode?
        var exclude: LocatedNode?
        var include: LocatedNode?
    }

    struct Grid {
        let line: Int
        /// Without the seed, in the order of the file.
        var axes: [Axis]
        var seeds: [Int]
    }

    struct Axis {
        let name: Hyperparameter
        let line: Int
        let values: [ParameterValue]
    }

    enum Key: String, CaseIterable {
        case name, data, grid, train, exclude, include, zip
    }

    func contents(of root: LocatedNode) throws(SweepFileError) -> Contents {
        guard !root.isNull else {
            throw failure(root.line, nil, "this file is empty; a sweep file needs at least name, data and grid")
        }
        guard case .mapping(let entries) = root.content else {
            throw failure(root.line, nil, "this file holds \(root.kind); write keys with values, as in name: quick")
        }
        var contents = Contents()
        var found: Set<Key> = []
        for entry in entries {
            let key = try sweepKey(entry)
            try read(entry, of: key, into: &contents)
            found.insert(key)
        }
        try requireKeys(found)
        try refuseTwoPlaces(entries, contents.grid)
        return contents
    }

    func failure(_ line: Int, _ key: String?, _ message: String) -> SweepFileError {
        SweepFileError(file: file, line: line, key: key, message: message)
    }

    private func read(_ entry: LocatedEntry, of key: Key, into contents: inout Contents) throws(SweepFileError) {
        let node = entry.value
        switch key {
        case .name: contents.name = try name(node)
        case .data: contents.data = try dataSet(node)
        case .grid: contents.grid = try grid(node, line: entry.line)
        case .train: contents.constants = try constants(node)
        case .exclude: contents.exclude = node
        case .include: contents.include = node
        case .zip: contents.zip = node
        }
    }

    private func requireKeys(_ found: Set<Key>) throws(SweepFileError) {
        let examples: [(Key, String)] = [
            (.name, "name: quick"), (.data, "data: shapes (or cifar10)"),
            (.grid, "grid: {norm: [bn, ln], seed: [1, 2]}"),
        ]
        for (key, example) in examples where !found.contains(key) {
            throw failure(1, key.rawValue, "is missing; add \(example)")
        }
    }

    /// A hyperparameter in `grid` and in `train` has two meanings.
    private func refuseTwoPlaces(_ entries: [LocatedEntry], _ grid: Grid) throws(SweepFileError) {
        guard let train = entries.first(where: { $0.key == Key.train.rawValue }),
            case .mapping(let constants) = train.value.content
        else { return }
        for constant in constants {
            guard let axis = grid.axes.first(where: { $0.name.rawValue == constant.key }) else { continue }
            throw failure(
                constant.line, "train.\(constant.key)", "is an axis of grid too, on line \(axis.line); keep one of them"
            )
        }
    }
}

// MARK: - Keys

extension SweepFileReader {
    private func sweepKey(_ entry: LocatedEntry) throws(SweepFileError) -> Key {
        if let key = Key(rawValue: entry.key) { return key }
        let shown = singleLine(entry.key)
        if let parameter = Hyperparameter(rawValue: entry.key) {
            throw failure(
                entry.line, shown,
                "is a hyperparameter; put it under grid (a list of values) or train (one value)"
                    + (parameter == .seed ? ": a seed always under grid" : ""))
        }
        let keys = Key.allCases.map(\.rawValue)
        throw failure(entry.line, shown, "is not a key of a sweep file; " + suggestion(for: entry.key, among: keys))
    }

    /// The hyperparameter that a key inside of `section` names.
    func hyperparameter(_ entry: LocatedEntry, in section: Key) throws(SweepFileError) -> Hyperparameter {
        if let name = Hyperparameter(rawValue: entry.key) { return name }
        let names = Hyperparameter.allCases.map(\.rawValue)
        throw failure(
            entry.line, "\(section.rawValue).\(singleLine(entry.key))",
            "is not a hyperparameter; " + suggestion(for: entry.key, among: names))
    }

    private func suggestion(for key: String, among names: [String]) -> String {
        if let name = nearestName(to: key, among: names) { return "did you mean \(name)?" }
        return "write one of " + names.joined(separator: ", ")
    }
}

// MARK: - Values

extension SweepFileReader {
    private func name(_ node: LocatedNode) throws(SweepFileError) -> String {
        let rule = "1 to 64 letters, digits, -, _ and ., the first not a ."
        guard case .scalar(let scalar) = node.content, !scalar.isNull else {
            throw failure(node.line, "name", "is \(node.kind); write a name for the run directory: \(rule)")
        }
        guard isPlainFileName(scalar.text) else {
            throw failure(node.line, "name", "\(scalar.shown) cannot name the run directory; use \(rule)")
        }
        return scalar.text
    }

    private func dataSet(_ node: LocatedNode) throws(SweepFileError) -> DataSetName {
        let names = DataSetName.allCases.map(\.rawValue).joined(separator: " or ")
        guard case .scalar(let scalar) = node.content else {
            throw failure(node.line, "data", "is \(node.kind); write \(names)")
        }
        guard let data = DataSetName(rawValue: scalar.text) else {
            throw failure(node.line, "data", "\(scalar.shown) is not a data set; write \(names)")
        }
        return data
    }

    private func grid(_ node: LocatedNode, line: Int) throws(SweepFileError) -> Grid {
        let example = "write each axis with its list of values, as in norm: [bn, ln]"
        guard case .mapping(let entries) = node.content else {
            throw failure(node.line, "grid", "is \(node.kind); \(example)")
        }
        var grid = Grid(line: line, axes: [], seeds: [])
        for entry in entries {
            let axis = try axis(entry)
            if axis.name == .seed {
                grid.seeds = axis.values.compactMap { if case .integer(let seed) = $0 { seed } else { nil } }
            } else {
                grid.axes.append(axis)
            }
        }
        guard !grid.seeds.isEmpty else {
            throw failure(line, "grid", "has no seed; add the seeds that every point is trained with: seed: [1, 2, 3]")
        }
        return grid
    }

    private func axis(_ entry: LocatedEntry) throws(SweepFileError) -> Axis {
        let name = try hyperparameter(entry, in: .grid)
        let key = "grid.\(name.rawValue)"
        switch entry.value.content {
        case .scalar(let scalar):
            guard !scalar.isNull else { throw failure(entry.line, key, "is empty; list at least one value") }
            let remedy = name == .seed ? "" : ", or move it to train"
            throw failure(
                entry.value.line, key, "is a single value; write a list, [\(singleLine(scalar.text))]\(remedy)")
        case .mapping:
            throw failure(entry.value.line, key, "is a mapping; write a list of values")
        case .list(let items):
            guard !items.isEmpty else { throw failure(entry.line, key, "is an empty list; list at least one value") }
            return Axis(name: name, line: entry.line, values: try distinctValues(items, of: name, key: key))
        }
    }

    private func constants(_ node: LocatedNode) throws(SweepFileError) -> TaskParameters {
        var parameters = TaskParameters()
        if node.isNull { return parameters }
        guard case .mapping(let entries) = node.content else {
            throw failure(node.line, "train", "is \(node.kind); write names with values, as in epochs: 15")
        }
        for entry in entries {
            let name = try hyperparameter(entry, in: .train)
            let key = "train.\(name.rawValue)"
            guard name != .seed else {
                throw failure(entry.line, key, "is always an axis; move it to grid as a list, as in seed: [42]")
            }
            if case .list = entry.value.content {
                throw failure(
                    entry.value.line, key, "is a list, which makes it an axis; move it to grid or write one value")
            }
            parameters[name] = try value(entry.value, of: name, key: key)
        }
        return parameters
    }
}

// MARK: - Values of a hyperparameter

extension SweepFileReader {
    func value(_ node: LocatedNode, of name: Hyperparameter, key: String) throws(SweepFileError) -> ParameterValue {
        guard case .scalar(let scalar) = node.content else {
            throw failure(node.line, key, "\(node.kind) stands where a value belongs; write \(name.domain.requirement)")
        }
        switch name.domain.read(scalar) {
        case .success(let value): return value
        case .failure(let fault): throw failure(node.line, key, fault.message)
        }
    }

    /// The values of `items`, none of them twice: 0.001 and 1e-3 are the same value.
    func distinctValues(
        _ items: [LocatedNode], of name: Hyperparameter, key: String
    ) throws(SweepFileError) -> [ParameterValue] {
        var values: [ParameterValue] = []
        var lines: [ParameterValue: Int] = [:]
        for item in items {
            let value = try value(item, of: name, key: key)
            if let line = lines.updateValue(item.line, forKey: value) {
                let place = line == item.line ? "" : ", first on line \(line)"
                throw failure(item.line, key, "has the value \(value) twice\(place); remove one of them")
            }
            values.append(value)
        }
        return values
    }
}
