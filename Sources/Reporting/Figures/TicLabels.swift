import Experiment

/// The labels below a plot: where each of them stands, and the room that they take around it.
///
/// A label may reach beyond the ends of its axis, above all a turned one. So labels have a say in both margins.
package struct TicLabels: Sendable {
    package struct Tic: Sendable {
        /// Where gnuplot draws it.
        let place: Double
        /// 0 at the left end of the axis, 1 at the right one.
        package let share: Double
        /// The lines of the label, above each other; empty where there is no room for one.
        package var lines: [String]

        package init(place: Double, share: Double, lines: [String]) {
            (self.place, self.share, self.lines) = (place, share, lines)
        }
    }

    /// Ordinary labels stand below their tics; a turned one rises to its tic from the left, at 45°.
    package let isTurned: Bool
    package private(set) var tics: [Tic]

    private static let gap = 6.0
    /// The cosine of 45°.
    private static let cosine = 0.5.squareRoot()

    static let none = TicLabels([], isTurned: false)

    package init(_ tics: [Tic], isTurned: Bool) {
        (self.tics, self.isTurned) = (tics, isTurned)
    }

    /// Labels that are not turned, without those that would run into the one before.
    ///
    /// - Parameters:
    ///   - tics: from left to right.
    ///   - width: of the plot, in pixels.
    package init(_ tics: [Tic], clearIn width: Double) {
        var end = -Double.infinity
        self.init(
            tics.map { tic in
                let (centre, half) = (tic.share * width, Self.width(of: tic) / 2)
                guard centre - half > end + Self.gap else { return Tic(place: tic.place, share: tic.share, lines: []) }
                end = centre + half
                return tic
            }, isTurned: false)
    }

    /// The width of the widest line.
    static func width(of tic: Tic) -> Double { tic.lines.map { textWidth($0) }.max() ?? 0 }

    // MARK: Room, in pixels

    /// How far labels reach to the left of a plot of some width.
    package func leftRoom(of width: Double) -> Double {
        tics.map { tic in
            let text = Self.width(of: tic)
            return (isTurned ? Self.turned(text) : text / 2) - tic.share * width
        }.max() ?? 0
    }

    /// How far labels reach to the right of a plot of some width.
    package func rightRoom(of width: Double) -> Double {
        tics.map { tic in
            (isTurned ? Self.turned(0) : Self.width(of: tic) / 2) - (1 - tic.share) * width
        }.max() ?? 0
    }

    /// How far labels reach down, from where they begin.
    var height: Double {
        guard isTurned else { return FigureFrame.lineHeight * Double(max(1, tics.map(\.lines.count).max() ?? 1)) }
        return Self.turned(tics.map(Self.width).max() ?? 0) + FigureFrame.lineHeight
    }

    /// How far a turned text reaches to each side that it is turned to, with half its height.
    private static func turned(_ width: Double) -> Double { (width + FigureFrame.lineHeight / 2) * cosine }
}

extension TicLabels {
    /// Beside `count` others of equal share, as `place` of the range −0.6 to count − 0.4.
    static func share(of place: Int, among count: Int) -> Double { (Double(place) + 0.6) / pitches(of: count) }

    /// How many times the distance of two such places goes into the plot.
    static func pitches(of count: Int) -> Double { Double(count) + 0.2 }
}

extension GnuplotScript {
    /// Sets the tics of the horizontal axis, with the labels that they have.
    mutating func set(_ labels: TicLabels) {
        let tics = labels.tics.map { tic in
            let label = tic.lines.count > 1 ? Self.quoted(lines: tic.lines) : Self.quoted(tic.lines.first ?? "")
            return "\(label) \(shortestText(tic.place))"
        }
        command("set xtics\(labels.isTurned ? " rotate by 45 right" : "") (\(tics.joined(separator: ", ")))")
    }
}
