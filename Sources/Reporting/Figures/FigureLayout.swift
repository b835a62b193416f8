import Experiment

/// Which points share a figure: those that differ on one axis only, the norm where there is one, become its series, and
/// every combination of the other axes has a figure of its own.
struct FigureLayout: Sendable {
    /// One line, colour and entry in the key.
    struct Series: Sendable {
        let label: String
        let style: SeriesStyle
        /// Whether a point, by its values, belongs to it.
        let value: ParameterValue?
    }

    /// The points of one figure.
    struct Group: Sendable {
        /// The axes without that of the series, and the values on them.
        let axes: [Hyperparameter]
        let values: PointValues
        /// In the order of the series; `nil` where the sweep has no such point.
        let points: [PointValues?]

        /// `batch size 32`; empty where no other axis is.
        var title: String { zip(axes, values).map { "\($0.title) \($1)" }.joined(separator: ", ") }
        /// For the file's name: `-batch_size-32`.
        var suffix: String { zip(axes, values).map { "-\($0.rawValue)-\($1)" }.joined() }
    }

    /// More figures of one kind than a reader looks through.
    static let groupLimit = 24

    /// Whose values are the series; `nil` for a sweep of a single point.
    let seriesAxis: Hyperparameter?
    let otherAxes: [Hyperparameter]
    let series: [Series]
    let groups: [Group]
    /// The groups that have figures of their own.
    var shownGroups: ArraySlice<Group> { groups.prefix(Self.groupLimit) }
    /// Values of the series' axis that have no colour left.
    let omittedSeriesCount: Int

    init(axes: [Hyperparameter], points: [PointValues]) {
        let index = axes.firstIndex(of: .norm) ?? axes.indices.first
        seriesAxis = index.map { axes[$0] }
        otherAxes = axes.enumerated().filter { $0.offset != index }.map(\.element)
        let values = index.map { index in Array(Set(points.map { $0[index] })).sorted() } ?? []
        let shown = values.prefix(SeriesStyle.limit)
        omittedSeriesCount = values.count - shown.count
        let axis = seriesAxis
        series =
            axis == nil
            ? [Series(label: "mean", style: .of(.word(""), at: 0), value: nil)]
            : shown.enumerated().map { place, value in
                Series(label: value.label(on: axis!), style: .of(value, at: place), value: value)
            }
        let byRest = Dictionary(grouping: points) { Self.rest(of: $0, without: index) }
        let (names, allSeries) = (otherAxes, series)
        groups = byRest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { rest, points in
            let pairs = points.map { point in (index.map { point[$0] }, point) }
            let bySeries = Dictionary(pairs) { first, _ in first }
            return Group(axes: names, values: rest, points: allSeries.map { bySeries[$0.value] })
        }
    }

    /// The points of which a figure of its own needs more than their final rows.
    var shownPoints: Set<PointValues> { Set(shownGroups.flatMap { $0.points.compactMap(\.self) }) }

    private static func rest(of point: PointValues, without index: Int?) -> PointValues {
        point.enumerated().filter { $0.offset != index }.map(\.element)
    }
}
