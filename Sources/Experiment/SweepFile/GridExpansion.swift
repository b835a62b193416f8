/// Turns axes into points: the product of the axes (zipped ones as one), less the exclusions, then the included points.
struct GridExpansion {
    let reader: SweepFileReader
    let contents: SweepFileReader.Contents

    private var axes: [SweepFileReader.Axis] { contents.grid.axes }
    private var axisNames: [Hyperparameter] { axes.map(\.name) }

    func points() throws(SweepFileError) -> [Point] {
        let groups = try zippedGroups()
        try checkSize(groups)
        let grid = product(groups)
        let exclusions = try exclusions()
        try checkMatches(exclusions, in: grid)
        let kept = grid.filter { point in !exclusions.contains { $0.matches(point) } }
        let points = kept + (try includedPoints(besides: kept))
        guard !points.isEmpty else {
            throw reader.failure(
                contents.exclude?.line ?? contents.grid.line, "exclude", "leaves no point of the grid; exclude fewer")
        }
        try checkCount(points: UInt128(points.count))
        return points
    }

    /// All combinations, the last group varying fastest.
    private func product(_ groups: [AxisGroup]) -> [Point] {
        let count = groups.reduce(1) { $0 * $1.count }
        return (0..<count).map { index in
            var values = axes.map { $0.values[0] }
            var rest = index
            for group in groups.reversed() {
                for axis in group.axes { values[axis] = axes[axis].values[rest % group.count] }
                rest /= group.count
            }
            return Point(axes: axisNames, values: values, constants: contents.constants)
        }
    }

    private func checkSize(_ groups: [AxisGroup]) throws(SweepFileError) {
        // 128 bits hold the product of eight axes of a file of at most 1 MiB.
        try checkCount(points: groups.reduce(1) { $0 * UInt128($1.count) })
    }

    private func checkCount(points: UInt128) throws(SweepFileError) {
        let tasks = points * UInt128(contents.grid.seeds.count)
        guard tasks > Sweep.taskLimit else { return }
        throw reader.failure(
            contents.grid.line, "grid",
            "has \(grouped(tasks)) tasks (\(grouped(points)) points × \(grouped(UInt128(contents.grid.seeds.count))) "
                + "seeds); "
                + "the limit is \(grouped(UInt128(Sweep.taskLimit))), so list fewer values or split the file")
    }
}

/// Axes that advance together, or one axis alone.
struct AxisGroup {
    /// Positions among the grid's axes.
    var axes: [Int]
    /// How many values each of them has.
    let count: Int
}

// MARK: - Zip

extension GridExpansion {
    /// In the order of the file; a zipped group stands where the first of its axes stands.
    private func zippedGroups() throws(SweepFileError) -> [AxisGroup] {
        let zips = try zippedAxes()
        let zipped = Set(zips.flatMap { $0 })
        let groups = zips.map { $0.sorted() } + axes.indices.filter { !zipped.contains($0) }.map { [$0] }
        return groups.sorted { $0[0] < $1[0] }.map { AxisGroup(axes: $0, count: axes[$0[0]].values.count) }
    }

    private func zippedAxes() throws(SweepFileError) -> [[Int]] {
        var zips: [[Int]] = []
        for item in try items(of: contents.zip, key: "zip", example: "- [batch_size, learning_rate]") {
            guard case .list(let names) = item.content else {
                throw reader.failure(
                    item.line, "zip", "holds \(item.kind); write a list of lists, as in [[batch_size, learning_rate]]")
            }
            guard names.count > 1 else {
                throw reader.failure(
                    item.line, "zip", "needs two axes or more to advance together; name them or remove it")
            }
            var members: [Int] = []
            for name in names {
                let axis = try zippedAxis(name)
                guard !(zips + [members]).contains(where: { $0.contains(axis) }) else {
                    throw reader.failure(
                        name.line, "zip", "names \(axes[axis].name.rawValue) twice; an axis can be in one zip, once")
                }
                members.append(axis)
            }
            try checkLengths(members, line: item.line)
            zips.append(members)
        }
        return zips
    }

    private func zippedAxis(_ node: LocatedNode) throws(SweepFileError) -> Int {
        guard case .scalar(let scalar) = node.content else {
            throw reader.failure(node.line, "zip", "holds \(node.kind) where the name of an axis belongs")
        }
        guard scalar.text != Hyperparameter.seed.rawValue else {
            throw reader.failure(node.line, "zip", "names seed, but the same seeds run in every point; remove it")
        }
        guard let axis = axes.firstIndex(where: { $0.name.rawValue == scalar.text }) else {
            throw reader.failure(node.line, "zip", "\(scalar.shown) \(notAnAxis)")
        }
        return axis
    }

    private func checkLengths(_ members: [Int], line: Int) throws(SweepFileError) {
        guard Set(members.map { axes[$0].values.count }).count > 1 else { return }
        let lengths = members.map { "\(axes[$0].name.rawValue) has \(axes[$0].values.count)" }
        throw reader.failure(
            line, "zip", "joins axes of different lengths; give each as many values: " + lengths.joined(separator: ", ")
        )
    }
}

// MARK: - Exclude

extension GridExpansion {
    /// Values of some axes that a point must have, one of the alternatives each, to be left out.
    private struct Exclusion {
        let line: Int
        let conditions: [(axis: Int, values: Set<ParameterValue>)]

        func matches(_ point: Point) -> Bool {
            conditions.allSatisfy { $0.values.contains(point.values[$0.axis]) }
        }
    }

    private func exclusions() throws(SweepFileError) -> [Exclusion] {
        var exclusions: [Exclusion] = []
        for item in try items(of: contents.exclude, key: "exclude", example: "- {norm: none, batch_size: 8}") {
            var conditions: [(axis: Int, values: Set<ParameterValue>)] = []
            for entry in try entries(of: item, key: .exclude) {
                let axis = try axis(entry, in: .exclude)
                conditions.append((axis, try alternatives(entry, axis: axes[axis])))
            }
            exclusions.append(Exclusion(line: item.line, conditions: conditions))
        }
        return exclusions
    }

    private func alternatives(
        _ entry: LocatedEntry, axis: SweepFileReader.Axis
    ) throws(SweepFileError) -> Set<ParameterValue> {
        let key = "exclude.\(axis.name.rawValue)"
        let values: [ParameterValue]
        if case .list(let items) = entry.value.content {
            values = try reader.distinctValues(items, of: axis.name, key: key)
        } else {
            values = [try reader.value(entry.value, of: axis.name, key: key)]
        }
        guard !values.isEmpty else {
            throw reader.failure(entry.line, key, "is an empty list; list the values to leave out")
        }
        if let stranger = values.first(where: { !axis.values.contains($0) }) {
            let known = axis.values.prefix(12).map(\.description).joined(separator: ", ")
            throw reader.failure(
                entry.line, key,
                "\(stranger) is not a value of this axis; it has \(known)"
                    + (axis.values.count > 12 ? ", …" : ""))
        }
        return Set(values)
    }

    /// An exclusion without effect is a mistake: the whole grid counts, so that their order does not.
    private func checkMatches(_ exclusions: [Exclusion], in grid: [Point]) throws(SweepFileError) {
        for exclusion in exclusions where !grid.contains(where: exclusion.matches) {
            throw reader.failure(exclusion.line, "exclude", "matches no point of the grid; correct it or remove it")
        }
    }
}

// MARK: - Include

extension GridExpansion {
    private func includedPoints(besides kept: [Point]) throws(SweepFileError) -> [Point] {
        var included: [Point] = []
        var known = Set(kept.map(\.values))
        for item in try items(of: contents.include, key: "include", example: "- {norm: none, batch_size: 8}") {
            let point = try includedPoint(item)
            guard known.insert(point.values).inserted else {
                throw reader.failure(item.line, "include", "is a point that the sweep already has; remove it")
            }
            included.append(point)
        }
        return included
    }

    private func includedPoint(_ item: LocatedNode) throws(SweepFileError) -> Point {
        var values: [Int: ParameterValue] = [:]
        for entry in try entries(of: item, key: .include) {
            let axis = try axis(entry, in: .include)
            values[axis] = try reader.value(
                entry.value, of: axes[axis].name, key: "include.\(axes[axis].name.rawValue)")
        }
        let missing = axes.indices.filter { values[$0] == nil }.map { axes[$0].name.rawValue }
        guard missing.isEmpty else {
            throw reader.failure(
                item.line, "include", "lacks \(missing.joined(separator: " and ")); an included point sets every axis")
        }
        return Point(axes: axisNames, values: axes.indices.map { values[$0]! }, constants: contents.constants)
    }
}

// MARK: - Parts of a list of rules

extension GridExpansion {
    /// The items of `zip`, `exclude` or `include`; none where the key is absent or empty.
    private func items(
        of node: LocatedNode?, key: String, example: String
    ) throws(SweepFileError) -> [LocatedNode] {
        guard let node, !node.isNull else { return [] }
        guard case .list(let items) = node.content else {
            throw reader.failure(node.line, key, "is \(node.kind); write a list, as in \(example)")
        }
        return items
    }

    private func entries(
        of item: LocatedNode, key: SweepFileReader.Key
    ) throws(SweepFileError) -> [LocatedEntry] {
        guard case .mapping(let entries) = item.content, !entries.isEmpty else {
            let found = item.kind == "a mapping" ? "an empty mapping" : item.kind
            throw reader.failure(
                item.line, key.rawValue,
                "holds \(found == "empty" ? "an empty item" : found); "
                    + "write axes with values, as in {norm: none, batch_size: 8}")
        }
        return entries
    }

    private func axis(_ entry: LocatedEntry, in section: SweepFileReader.Key) throws(SweepFileError) -> Int {
        let name = try reader.hyperparameter(entry, in: section)
        let key = "\(section.rawValue).\(name.rawValue)"
        guard name != .seed else {
            throw reader.failure(entry.line, key, "is not allowed: the same seeds run in every point; remove it")
        }
        guard let axis = axes.firstIndex(where: { $0.name == name }) else {
            throw reader.failure(entry.line, key, notAnAxis)
        }
        return axis
    }

    private var notAnAxis: String {
        guard !axes.isEmpty else { return "is not an axis; grid has none besides seed" }
        return "is not an axis; the axes in grid are " + axisNames.map(\.rawValue).joined(separator: ", ")
    }
}
