import Experiment
import Reporting
import Status

/// The grid as a map: a row for each point, a cell for each seed.
///
/// Cells are as plain as can be, since there may be tens of thousands; the script finds them by their order.
func mapHTML(of state: PageState) -> HTML {
    let layout = state.layout
    let size = MapSize(layout)
    let seeds = layout.seeds.map(String.init).joined(separator: " ")
    var html: HTML = "<div class=\"map \(size.rawValue)\" data-seeds=\"\(seeds)\">"
    if size == .large {
        let seeds = HTML.joined(layout.seeds.map { "<b title=\"seed \($0)\">\($0)</b>" })
        html += "<div class=\"row head\"><span>\(layout.axisNames)</span><div class=\"cells\">\(seeds)</div></div>"
    }
    for (place, row) in layout.rows.enumerated() {
        html += "<div class=\"row\"><span>\(row.label)</span><div class=\"cells\">"
        for ordinal in layout.ordinals[place * layout.seeds.count..<(place + 1) * layout.seeds.count] {
            html += ordinal.map { cellHTML(state.statuses[$0], epochs: state.tasks[$0].parameters.epochs) } ?? "<i></i>"
        }
        html += "</div></div>"
    }
    return html + "</div>"
}

/// How much room a cell has.
enum MapSize: String, Sendable {
    /// The epoch is written in it.
    case large
    case medium
    case small

    init(_ layout: SweepLayout) {
        let (rows, columns) = (layout.rows.count, layout.seeds.count)
        self = columns <= 16 && rows * columns <= 400 ? .large : rows * columns <= 2_000 ? .medium : .small
    }
}

private func cellHTML(_ status: TaskStatus, epochs: Int) -> HTML {
    let cell = MapCell(status, epochs: epochs)
    let tenth: HTML = cell.tenth.map { " p\($0)" } ?? ""
    return "<i class=\"\(cell.letter)\(tenth)\">\(status.epochs == 0 ? "" : "\(status.epochs)" as HTML)</i>"
}

/// What a cell shows, in the letters that the style sheet and the script know.
package struct MapCell: Sendable, Equatable {
    /// `w`, `r`, `d` or `f`.
    package var letter: String
    /// How many tenths of the epochs are stored, of a task that runs or waits for its next attempt.
    package var tenth: Int?

    package init(_ status: TaskStatus, epochs: Int) {
        letter = String(status.phase.word.first!)
        if status.phase.isUnfinished, status.phase != .waiting || status.epochs > 0 {
            // A journal may hold more epochs than the task has.
            tenth = Int(min(10, 10 * Double(status.epochs) / Double(max(1, epochs))))
        }
    }

    /// For the script: “d”, or “r3” where the task has begun and is not finished.
    package var code: String { letter + (tenth.map(String.init) ?? "") }
}
