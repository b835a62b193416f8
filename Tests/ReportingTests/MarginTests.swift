import Experiment
import Foundation
import Reporting
import Testing

/// Margins come from the labels: nothing is cut off or covered, whatever the numbers and names are.
@Suite(.timeLimit(.minutes(5)))
struct MarginTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var rates: [Double] = [0.001, 0.0005]
        let value: @Sendable (Double) -> Double
    }

    static let cases = [
        Case(testDescription: "six digits") { 123_456 + 98_765 * $0 },
        Case(testDescription: "1e-9") { 1e-9 * (1 + $0) },
        Case(testDescription: "1e9") { 1e9 * (1 + $0) },
        Case(testDescription: "1e300") { 1e300 * ($0 - 0.5) },
        Case(testDescription: "negative") { -123.456 - $0 },
        Case(testDescription: "all equal") { _ in 0.123456789 },
        Case(testDescription: "equal but for the last digits") { 0.123456789012 + 1e-13 * $0 },
        Case(testDescription: "one point", rates: [0.001]) { $0 },
        Case(testDescription: "forty points", rates: (0..<40).map { 1e-5 * pow(1.25, Double($0)) }) { 50 * $0 },
        Case(
            testDescription: "long names", rates: (0..<8).map { 0.000_123_456_789_012_34 + 1e-9 * Double($0) }
        ) { $0 },
    ]

    /// The sample's sweep with other rates and numbers.
    private func report(_ test: Case) -> Report {
        let axes: [Hyperparameter] = [.norm, .learningRate, .trainLimit]
        let constants = TaskParameters(epochs: 3, captureGradients: true)
        let points = ["ln", "bn", "none"].flatMap { norm in
            test.rates.map { rate in
                Point(
                    axes: axes, values: [.word(norm), .real(rate), .integer(1_000_000)], constants: constants)
            }
        }
        let seeds = test.testDescription == "one point" ? [7] : [12, 7]
        let sweep = Sweep(name: "margins", data: .shapes, axes: axes, seeds: seeds, points: points)
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.map { task in
            let records = sampleRecords(of: task, epochs: 3).map { record in
                var record = record
                let share = record.metrics.valAccuracy.truncatingRemainder(dividingBy: 1)
                let value = test.value(share)
                record.metrics = EpochMetrics(
                    trainLoss: value, valLoss: test.value(1 - share), trainAccuracy: value, valAccuracy: value)
                record.gradientNorms = [value.magnitude, test.value(1 - share).magnitude]
                return record
            }
            return (task.id, records)
        }
        return Report(
            results: SweepResults(sweep: sweep, tasks: tasks, records: Dictionary(uniqueKeysWithValues: records)),
            attempts: [])
    }

    @Test(.enabled(if: Gnuplot() != nil, "gnuplot-nox is not installed"), arguments: cases)
    func `every text is inside of the picture, and none covers another`(_ test: Case) throws {
        let gnuplot = try #require(Gnuplot())
        let figures = try SweepTables(report(test)).figures()
        for figure in Dictionary(grouping: figures, by: \.kind).values.map({ $0[0] }) {
            let picture = try gnuplot.draw(figure, as: .svg)
            let outside = try textsOutside(picture, figure)
            #expect(outside == [], "\(figure.name)")
            let lost = try lostKeys(picture, figure)
            #expect(lost == [], "\(figure.name)")
            let covered = try coveredTexts(picture)
            #expect(covered == [], "\(figure.name)")
        }
    }

    @Test(arguments: [
        ["0", "5"], ["123456", "1234567"], ["-0.123456789012", "0"], [String(repeating: "1", count: 30)],
    ])
    func `the left margin holds the label of the axis and the widest of the tics`(tics: [String]) {
        let frame = FigureFrame(title: "t", yLabel: "loss", yTics: tics)
        let widest = tics.map { textWidth($0) }.max()!
        // The turned label stands in the first 26 pixels.
        #expect(frame.left >= 26 + widest)
        #expect(frame.left == 104 || frame.left < 26 + widest + 30)
    }

    @Test(arguments: [1, 2, 4, 6], [0, 1, 2, 6])
    func `title and note end above the plot`(titleParts: Int, noteParts: Int) {
        let part = "learning rate 0.000123456789"
        let frame = FigureFrame(
            title: Array(repeating: part, count: titleParts).joined(separator: ", "),
            note: Array(repeating: part, count: noteParts).joined(separator: "; "))
        #expect(frame.lastHeadingLine + FigureFrame.lineHeight <= frame.top)
    }

    @Test(arguments: 1...8)
    func `a longer key makes a taller figure, not a smaller plot`(count: Int) {
        let keys = (0..<count).map { "learning rate 0.000123456789 (n = 1 to 3), \($0)" }
        let frame = FigureFrame(title: "t", xLabel: "epoch", keys: keys)
        #expect(abs(Double(frame.height) - frame.top - frame.bottom - 320) <= 1)
        #expect(count < 3 || frame.height > 500)
        #expect(frame.keyPlaces.count == count)
        #expect(frame.keyPlaces.allSatisfy { (0...frame.width).contains($0.x) && $0.y < Double(frame.height) })
    }

    @Test(arguments: 1...60)
    func `entries of a key that is made of labels stand clear of each other`(length: Int) {
        let key = String(repeating: "0", count: length)
        let places = FigureFrame(title: "t", width: 1000, keys: [key, key, key, key]).keyPlaces
        for (first, second) in zip(places, places.dropFirst()) where first.y == second.y {
            #expect(second.x - first.x >= textWidth(key) + 6)
        }
    }
}

struct ValueAxisTests {
    private func labels(_ values: [Double], _ kind: ValueAxis.Kind = .measured) -> [String] {
        ValueAxis(values, kind).tics.map(\.label)
    }

    @Test func `tics stand at round numbers around the values`() {
        #expect(labels([0.4, 2.3]) == ["0", "0.5", "1", "1.5", "2", "2.5"])
        #expect(labels([123_456, 298_765]) == ["100000", "150000", "200000", "250000", "300000"])
        #expect(labels([0.31, 0.9], .measuredFromZero) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
        #expect(labels([1, 15], .counted) == ["5", "10", "15"])
        #expect(labels([1, 3], .counted) == ["1", "2", "3"])
        #expect(labels([1e300, -1e300]) == ["-1e+300", "-5e+299", "0", "5e+299", "1e+300"])
        #expect(labels([1e-9, 2e-9]).first == "1e-09" && labels([1e-9, 2e-9]).last == "2e-09")
    }

    @Test func `ordinary numbers are drawn as they are`() {
        let axis = ValueAxis([0.4, 2.3])
        #expect(axis.place(0.7) == 0.7 && axis.range == 0...2.5)
    }

    @Test(
        arguments: Extremes.numbers.indices, [ValueAxis.Kind.measured, .measuredFromZero, .counted, .countedFromZero])
    func `any two numbers have an axis, with labels that differ, and a place on it`(
        index: Int, kind: ValueAxis.Kind
    ) {
        for other in Extremes.numbers {
            let values = [Extremes.numbers[index], other].map { kind.isCounted ? max(1, $0.magnitude) : $0 }
            let axis = ValueAxis(values + Extremes.strangeNumbers, kind)
            let width = axis.range.upperBound - axis.range.lowerBound
            #expect(width.isFinite && width > 1e-7, "\(values)")
            #expect((1...12).contains(axis.tics.count), "\(values)")
            #expect(Set(axis.tics.map(\.label)).count == axis.tics.count, "\(values)")
            let slack = 1e-6 * width
            let range = (axis.range.lowerBound - slack)...(axis.range.upperBound + slack)
            #expect(values.map(axis.place).allSatisfy(range.contains), "\(values) \(axis.range)")
        }
    }
}
