import Experiment
import Statistics

/// The violins of one panel: for each layer a place, in which every two series share a violin; one that is left over
/// has a whole one.
struct ViolinRow {
    let series: [FigureLayout.Series]
    let layers: [String]

    private static let gridCount = 160

    /// - Parameter values: by series and layer.
    func plot(_ values: [[[Double]]], panel: Int, _ script: inout GnuplotScript) {
        // One scale for the layers of a series, as seaborn has it: their areas are equal, their widths are not.
        let halves = values.enumerated().map { index, layers in
            layers.enumerated().compactMap { place, values in
                Violin(values, centre: centre(of: index, layer: place), sides: sides(of: index))
            }
        }
        var (areas, quartiles, medians): ([String], [String], [String]) = ([], [], [])
        for (index, violins) in halves.enumerated() where !violins.isEmpty {
            let (name, color) = ("p\(panel)s\(index)", series[index].style.color)
            let peak = violins.map(\.peak).max()!
            let width = halfWidth / peak
            script.data("\(name)area", gapped(violins.map { $0.outline(width: width) }))
            script.data("\(name)quartiles", gapped(violins.flatMap { $0.quartiles([0.25, 0.75], width: width) }))
            script.data("\(name)medians", gapped(violins.flatMap { $0.quartiles([0.5], width: width) }))
            areas.append("$\(name)area with filledcurves closed lw 1.2 lc rgb '\(color)' notitle")
            quartiles.append("$\(name)quartiles with lines lw 1.3 dt (4,4) lc rgb '\(FigureFrame.ink)' notitle")
            medians.append("$\(name)medians with lines lw 1.6 dt (10,4) lc rgb '\(FigureFrame.ink)' notitle")
        }
        script.plot(areas.isEmpty ? ["NaN notitle"] : areas + quartiles + medians)
    }

    /// The names of the series in the key, left halves first.
    var keys: [String] {
        series.indices.map { index in
            let side = sides(of: index).count == 2 ? "" : index.isMultiple(of: 2) ? " (left half)" : " (right half)"
            return "■ \(series[index].label)\(side)"
        }
    }

    /// The key as labels, since each panel would have its own.
    func plotKey(_ frame: FigureFrame, _ script: inout GnuplotScript) {
        let names = keys
        for (index, place) in frame.keyPlaces.enumerated() {
            script.command(
                "set label \(index + 30) \(GnuplotScript.quoted(names[index])) at screen "
                    + "\(frame.x(place.x)),\(frame.y(place.y)) center textcolor rgb '\(series[index].style.color)'")
        }
    }

    private var violinCount: Int { (series.count + 1) / 2 }
    private var halfWidth: Double { 0.44 / Double(violinCount) }

    private func centre(of index: Int, layer: Int) -> Double {
        let place = Double(index / 2) - Double(violinCount - 1) / 2
        return Double(layer) + place * 0.96 / Double(violinCount)
    }

    /// −1 is the left one.
    private func sides(of index: Int) -> [Double] {
        if index.isMultiple(of: 2) { return index == series.count - 1 ? [-1, 1] : [-1] }
        return [1]
    }

    private func gapped(_ pieces: [[[Double]]]) -> [[Double]?] {
        pieces.flatMap { piece in piece.map { $0 } + [nil] }
    }

    /// One series at one layer.
    private struct Violin {
        let centre: Double
        let sides: [Double]
        let sorted: [Double]
        let curve: [(value: Double, density: Double)]
        let kernels: KernelDensity

        init?(_ values: [Double], centre: Double, sides: [Double]) {
            guard let kernels = KernelDensity(values) else { return nil }
            let range = kernels.extent.clamped(to: SweepTables.gradientRange)
            let step = (range.upperBound - range.lowerBound) / Double(ViolinRow.gridCount)
            curve = (0...ViolinRow.gridCount).map { index in
                let value = index == ViolinRow.gridCount ? range.upperBound : range.lowerBound + Double(index) * step
                return (value, kernels.density(at: value))
            }
            sorted = values.sorted()
            self.kernels = kernels
            self.centre = centre
            self.sides = sides
        }

        var peak: Double { curve.map(\.density).max()! }

        /// A closed line: up on one side, down on the other, or along the centre.
        func outline(width: Double) -> [[Double]] {
            let first = curve.map { point(sides[0], $0, width) }
            let second =
                sides.count == 2
                ? curve.map { point(sides[1], $0, width) }
                : [curve[0], curve.last!].map {
                    point(0, $0, width)
                }
            return first + second.reversed() + [first[0]]
        }

        /// Lines across the violin; none where a quantile lies outside of what is drawn.
        func quartiles(_ shares: [Double], width: Double) -> [[[Double]]] {
            shares.map { quantile($0, ofSorted: sorted) }.filter { SweepTables.gradientRange.contains($0) }.map {
                value in
                let level = (value: value, density: kernels.density(at: value))
                return sides.count == 2
                    ? [point(sides[0], level, width), point(sides[1], level, width)]
                    : [point(0, level, width), point(sides[0], level, width)]
            }
        }

        private func point(_ side: Double, _ level: (value: Double, density: Double), _ width: Double) -> [Double] {
            [centre + side * level.density * width, level.value]
        }
    }
}
