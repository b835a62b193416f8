import Reporting

/// A part of the page that is replaced as a whole when it changes; its name is the id of its element.
enum PageFragment: String, CaseIterable, Sendable {
    case summary, workers, curves, points, log

    func html(of state: PageState) -> HTML {
        switch self {
        case .summary: summaryHTML(of: state)
        case .workers: workersHTML(of: state)
        case .curves: curvesHTML(of: state)
        case .points: pointsHTML(of: state)
        case .log: logHTML(of: state)
        }
    }
}
