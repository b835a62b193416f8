import Experiment
import Foundation
import Reporting
import Testing

/// Labels tell points from each other.
struct LabelTests {
    private let axes: [Hyperparameter] = [.learningRate, .batchSize, .trainLimit, .testLimit]

    /// Six rates of 17 digits, and two of each limit.
    private var longGrid: [[ParameterValue]] {
        (1...6).flatMap { rate in
            [1000, 2000].flatMap { train in
                [100_000, 200_000].map { test in
                    [
                        .real(Double("0.00\(rate)2345678901234")!), .integer(8), .integer(train), .integer(test),
                    ]
                }
            }
        }
    }

    @Test func `what all points share is said once, and long numbers are rounded`() {
        let labels = PointLabels(axes: axes, points: longGrid)
        #expect(labels.axes == [.learningRate, .trainLimit, .testLimit])
        #expect(labels.constants == ["batch size 8"])
        #expect(labels.exact.first == "0.0012345678901234, 1000, 100000")
        #expect(labels.short.first == "0.00123, 1000, 100000" && labels.short.last == "0.00623, 2000, 200000")
        #expect(Set(labels.short).count == 24)
    }

    @Test(arguments: [
        ([0.001, 0.0005], ["0.001", "0.0005"]),
        ([0.0012345678901234, 0.001], ["0.00123", "0.001"]),
        ([0.0012345678901234, 0.00123], ["0.001235", "0.00123"]),
        ([0.123456789012, 0.123456789013], ["0.123456789012", "0.123456789013"]),
        ([0.1234567890123, 0.1234568], ["0.1234568", "0.12345679"].reversed()),
        ([1.2345678901e-09, 1e-9], ["1.23e-09", "1e-09"]),
    ])
    func `numbers are rounded as far as they stay different`(values: [Double], texts: [String]) {
        #expect(shortTexts(of: values.map(ParameterValue.real)) == texts)
    }

    @Test func `whole numbers are never rounded, and equal values have equal texts`() {
        #expect(shortTexts(of: [.integer(123_456_789), .integer(2)]) == ["123456789", "2"])
        #expect(shortTexts(of: [.real(0.123456789), .real(0.123456789)]) == ["0.123", "0.123"])
    }

    @Test(arguments: [
        (["conv1", "conv2"], 8, ["conv1", "conv2"]),
        (["one.long.name", "two.long.name"], 8, ["one.lon…", "two.lon…"]),
        (["block1.conv1", "block1.conv2"], 8, ["bloc…nv1", "bloc…nv2"]),
        (["aaaaaaa1aaaa", "aaaaaaa2aaaa"], 7, ["…a1aaaa", "…a2aaaa"]),
        (["aaaaaaa1aaaaaaa", "aaaaaaa2aaaaaaa"], 7, nil), (["a", "a"], 7, nil), (["a", " "], 7, nil),
        (["long", "name"], 2, nil),
    ])
    func `names are cut where they stay different`(names: [String], limit: Int, expected: [String]?) {
        #expect(shortNames(names, limit: limit) == expected)
    }

    @Test func `labels of a paired figure lie flat, are turned, or numbered`() {
        func labels(_ points: [[ParameterValue]], details: [String] = []) -> PairedLabels {
            let points = PointLabels(axes: axes, points: points)
            return PairedLabels(points, details: points.exact.map { _ in details }, width: 672)
        }
        let flat = labels(Array(longGrid.prefix(2)), details: ["n = 2", "p < 0.001"])
        #expect(!flat.tics.isTurned && flat.legend.isEmpty && !flat.isRounded && flat.xLabel == "test limit")
        #expect(flat.tics.tics.map(\.lines) == [["100000", "n = 2", "p < 0.001"], ["200000", "n = 2", "p < 0.001"]])
        let turned = labels(longGrid)
        #expect(turned.tics.isTurned && turned.legend.isEmpty && turned.isRounded)
        let numbered = labels(
            longGrid.map { point in [point[0].nearly, point[1], point[2], point[3]] }.sorted { $0[0] < $1[0] })
        #expect(!numbered.tics.isTurned && numbered.tics.tics.map(\.lines) == (1...24).map { ["\($0)"] })
        #expect(numbered.xLabel == "number: learning rate, train limit, test limit")
        #expect(numbered.legend.first?.hasPrefix("1: 0.00123456789012") == true && numbered.legend.count == 24)
        let single = labels(Array(longGrid.prefix(1)), details: ["n = 2"])
        #expect(single.tics.tics.map(\.lines) == [["n = 2"]] && single.xLabel.isEmpty)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `points that differ have labels that differ, inside of the picture`(seed: UInt64) {
        var lot = SeededRandom(seed: seed)
        let (axes, points) = CrowdedSweeps.points(using: &lot)
        let places = Array(points.prefix(24))
        let labels = PointLabels(axes: axes, points: places)
        #expect(Set(labels.exact).count == places.count && Set(labels.short).count == places.count, "seed \(seed)")
        var frame = FigureFrame(
            title: "t", yLabel: "difference",
            yTics: [String(repeating: "1", count: .random(in: 1...24, using: &lot))], keys: ["mean", "seed"])
        let details = places.map { _ in places.count > 8 ? [] : ["n = 3", "p = 0.123"] }
        let paired = PairedLabels(labels, details: details, width: frame.plotWidth)
        (frame.xTics, frame.legend) = (paired.tics, paired.legend)
        if places.count > 1 {
            let firsts = paired.tics.tics.map(\.lines[0])
            #expect(Set(firsts).count == places.count && !firsts.contains(""), "seed \(seed): \(firsts)")
        }
        let outside = boxes(of: paired.tics, frame).filter { $0.left < 0 || $0.right > frame.width }
        #expect(outside.isEmpty, "seed \(seed)")
        #expect(frame.plotWidth >= 500, "seed \(seed)")
        expectLegendFits(frame, seed)
    }

    /// Of the labels, in pixels of the figure, by the widest of the usual fonts.
    private func boxes(of labels: TicLabels, _ frame: FigureFrame) -> [(left: Double, right: Double)] {
        labels.tics.map { tic in
            let x = frame.left + tic.share * frame.plotWidth
            let width = tic.lines.map { textWidth($0) }.max() ?? 0
            return labels.isTurned ? (x - width * cos(.pi / 4), x) : (x - width / 2, x + width / 2)
        }
    }

    private func expectLegendFits(_ frame: FigureFrame, _ seed: UInt64) {
        let places = frame.legendPlaces
        #expect(places.count == frame.legend.count)
        #expect(Set(places.map { "\($0.x) \($0.y)" }).count == places.count, "seed \(seed)")
        #expect(places.allSatisfy { $0.x >= 0 && $0.x < frame.width && $0.y < Double(frame.height) }, "seed \(seed)")
    }
}

extension ParameterValue {
    /// Equal to its like in the first digits.
    fileprivate var nearly: Self {
        guard case .real(let value) = self else { return self }
        return .real(0.00123456789012 + value * 1e-12)
    }
}

/// Figures of crowded sweeps.
@Suite(.timeLimit(.minutes(5)))
struct CrowdedFigureTests {
    /// A failure names the seed that `CrowdedSweeps.report` gives the same sweep for.
    @Test(.enabled(if: Gnuplot() != nil, "gnuplot-nox is not installed"), arguments: 0..<20 as Range<UInt64>)
    func `no text is cut off, and no two labels are the same`(seed: UInt64) throws {
        let gnuplot = try #require(Gnuplot())
        let figures = try SweepTables(CrowdedSweeps.report(seed: seed)).figures()
        for figure in Dictionary(grouping: figures, by: \.kind).values.map({ $0[0] }) {
            let picture = try gnuplot.draw(figure, as: .svg)
            let outside = try textsOutside(picture, figure)
            #expect(outside == [], "seed \(seed), \(figure.name)")
            let labels = ticLabels(of: figure)
            #expect(Set(labels.map(firstLine)).count == labels.count || labels.count == 1, "seed \(seed), \(labels)")
            let lost = try lostKeys(picture, figure)
            #expect(lost == [], "seed \(seed), \(figure.name)")
            let covered = try coveredTexts(picture)
            #expect(covered == [], "seed \(seed), \(figure.name)")
        }
    }

    private func firstLine(_ label: String) -> String { String(label.split(separator: "\\n").first ?? "") }

    /// The sample's violins, with a layer of each name.
    private func violins(layers: [String]) throws -> Figure {
        let tables = try SweepTables(
            TestTables { file in
                let table = sampleReport().content(of: file)
                guard file == .layerGradients, let lines = text(table)?.split(separator: "\n") else { return table }
                let row = lines.first { $0.contains("conv1") }!
                let rows = layers.map { String(row).replacing("conv1", with: $0) }
                return Array("\(lines[0])\n\(rows.joined(separator: "\n"))\n".utf8)
            })
        return try #require(tables.figures().first { $0.name.hasPrefix("5-") && $0.script.contains("set xtics") })
    }

    @Test(arguments: [
        (["block1.conv.weight", "block2.conv.weight"], ["block1.conv.weight", "block2.conv.weight"]),
        (["w", " "], ["1", "2"]),
        ((1...30).map { "network.block\($0).weight" }, (1...30).map(String.init)),
    ])
    func `layers whose names would look the same are numbered, with a legend`(
        names: [String], labels: [String]
    ) throws {
        let figure = try violins(layers: names)
        #expect(ticLabels(of: figure) == labels)
        #expect(figure.script.contains("'2: \(names[1])'") == (labels[1] == "2"))
        guard let gnuplot = Gnuplot() else { return }
        let picture = try gnuplot.draw(figure, as: .svg)
        let (outside, covered) = try (textsOutside(picture, figure), coveredTexts(picture))
        #expect(outside == [] && covered == [])
    }

    @Test func `of very many layers, some have a label and the legend counts the rest`() throws {
        let figure = try violins(layers: (1...300).map { "network.block\($0).weight" })
        let labels = ticLabels(of: figure)
        #expect((5..<100).contains(labels.count) && Set(labels).count == labels.count)
        #expect(figure.script.contains("'59: network.block59.weight'") && figure.script.contains("'and 241 more'"))
    }
}
