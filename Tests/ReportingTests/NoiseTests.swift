import Experiment
import Foundation
import Reporting
import Statistics
import Testing

/// Tables, figure and words of what the test images say.
struct NoiseTests {
    /// One norm axis, and of each norm the runs by seed; a run without bits is of an earlier version.
    private func report(_ outcomes: [String: [Int: [Bool]]], seeds: [Int]) -> Report {
        let points = outcomes.keys.sorted().map { norm in
            Point(axes: [.norm], values: [.word(norm)], constants: TaskParameters(epochs: 1))
        }
        let sweep = Sweep(name: "noise", data: .shapes, axes: [.norm], seeds: seeds, points: points)
        let tasks = sweep.tasks(dataDigest: digest)
        var records: [TaskID: [EpochRecord]] = [:]
        for task in tasks {
            guard let bits = outcomes[task.parameters.norm.rawValue]?[task.parameters.seed] else { continue }
            let metrics = EpochMetrics(trainLoss: 1, valLoss: 1, trainAccuracy: 50, valAccuracy: 50)
            records[task.id] = [
                EpochRecord(epoch: 1, metrics: metrics, outcomes: bits.isEmpty ? nil : ImageOutcomes(bits))
            ]
        }
        return Report(results: SweepResults(sweep: sweep, tasks: tasks, records: records), attempts: [])
    }

    private func rows(of file: ReportFile, _ report: Report) throws -> [[String: String]] {
        let lines = try #require(text(report.content(of: file))).split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    /// Four images, two seeds: right are 1100 and 1010, of LN 1000 and 1111.
    private var small: Report {
        report(
            [
                "bn": [1: [true, true, false, false], 2: [true, false, true, false]],
                "ln": [1: [true, false, false, false], 2: [true, true, true, true]],
            ], seeds: [1, 2])
    }

    @Test func `noise.csv takes the spread of a point apart`() throws {
        let rows = try rows(of: .noise, small)
        #expect(rows.map { $0["norm"] } == ["bn", "ln"] && rows.allSatisfy { $0["n"] == "2" && $0["images"] == "4" })
        // BN: both runs have 50 %, and two of four images vary: v = 1/2 each, so 100² · 1/16 = 625.
        #expect(rows[0]["val_acc_mean"] == "50" && rows[0]["val_acc_sd"] == "0" && rows[0]["test_set_sd"] == "25")
        #expect(rows[0]["rest_sd"] == "0" && rows[0]["test_set_share"] == "" && rows[0]["binomial_error"] == "25")
        #expect(rows[0]["undefined"] == "no variance: test_set_share")
        // LN: 25 % and 100 %, so s² = 75²/2; three images vary: 100² · 3/32; the rest is 4/3 of the difference.
        #expect(rows[1]["val_acc_mean"] == "62.5" && rows[1]["undefined"] == "")
        let numbers = ["val_acc_sd", "test_set_sd", "rest_sd", "test_set_share"].map { Double(rows[1][$0] ?? "") }
        let expected = [(2812.5).squareRoot(), (937.5).squareRoot(), 50, 1.0 / 3]
        #expect(numbers == expected)
    }

    @Test func `a point with one seed, or of an earlier version, says what is missing`() throws {
        let bits = [true, false]
        let rows = try rows(
            of: .noise, report(["bn": [1: bits], "ln": [1: [], 2: []]], seeds: [1, 2]))
        #expect(rows[0]["n"] == "1" && rows[0]["missing"] == "0" && rows[0]["binomial_error"] != "")
        #expect(rows[0]["undefined"] == "n < 2: val_acc_sd test_set_sd rest_sd test_set_share")
        #expect(rows[1]["n"] == "0" && rows[1]["missing"] == "2" && rows[1]["images"] == "")
        #expect(
            rows[1]["undefined"]
                == "n < 1: val_acc_mean binomial_error; n < 2: val_acc_sd test_set_sd rest_sd test_set_share")
    }

    @Test func `agreement.csv counts images of every pair and tests them`() throws {
        let rows = try rows(of: .agreement, small)
        let counts = ["seed", "images", "both", "only_first", "only_second", "neither", "mcnemar_p"]
        #expect(
            rows.map { row in counts.map { row[$0] ?? "" } } == [
                ["1", "4", "1", "1", "0", "2", "1"], ["2", "4", "2", "0", "2", "0", "0.5"],
            ])
        #expect(
            rows.allSatisfy { $0["axis"] == "norm" && $0["first"] == "bn" && $0["second"] == "ln" && $0["norm"] == "" })
    }

    @Test func `noise_comparison.csv has the bootstrap over images and the spread of the difference`() throws {
        let row = try #require(try rows(of: .noiseComparison, small).first)
        let outcomes = { (norm: Norm) in
            small.results.tasks.filter { $0.parameters.norm == norm }.compactMap { small.results.outcomes(of: $0) }
        }
        let (first, second) = (outcomes(.batch), outcomes(.layer))
        let bootstrap = try ImageBootstrap.of(first, second).get()
        let interval = try bootstrap.interval.get()
        let spread = try SpreadOverSeeds.of(first, second).get()
        #expect(row["n"] == "2" && row["images"] == "4" && row["difference"] == "-12.5")
        #expect(
            ["images_low", "images_high", "difference_sd", "test_set_sd", "rest_sd"].map { Double(row[$0] ?? "") } == [
                interval.lowerBound, interval.upperBound, spread.deviation, spread.testSetDeviation,
                spread.restDeviation,
            ])
    }

    @Test func `points that were tested with different images are not compared`() throws {
        let other = report(["bn": [1: [true, true]], "ln": [1: [true, false, false]]], seeds: [1])
        let row = try #require(try rows(of: .noiseComparison, other).first)
        #expect(row["n"] == "0" && row["undefined"]?.hasPrefix("different test sets: difference images_low") == true)
        #expect(try rows(of: .agreement, other).isEmpty)
    }

    @Test(arguments: [
        (ReportFile.noise, "noise.csv"), (.noiseComparison, "noise_comparison.csv"), (.agreement, "agreement.csv"),
    ])
    func `the tables have the numbers of Golden/noise.py`(file: ReportFile, name: String) throws {
        let ours = try #require(text(sampleReport().content(of: file))).split(separator: "\n")
        let lines = try String(contentsOf: goldenFile("noise/\(name)"), encoding: .utf8).split(separator: "\n")
        try #require(ours.count == lines.count && ours.count > 4 && ours[0] == lines[0])
        for (our, line) in zip(ours, lines).dropFirst() {
            let pairs = zip(
                our.split(separator: ",", omittingEmptySubsequences: false),
                line.split(separator: ",", omittingEmptySubsequences: false))
            for (field, expected) in pairs {
                guard let number = Double(expected), let own = Double(field) else {
                    #expect(field == expected)
                    continue
                }
                #expect(abs(own - number) <= 1e-9 * abs(number), "\(line): \(own)")
            }
        }
    }

    // MARK: The figure

    private func figure(_ report: Report) throws -> Figure {
        try #require(SweepTables(report).figures().last { $0.kind == "11" })
    }

    @Test func `the bars are the shares of both, one and none, and dots show every seed`() throws {
        let figure = try figure(small)
        #expect(figure.name == "11-agreement-bn-ln" && figure.title == "Test images that BN and LN get right, n = 2")
        // Of eight: 3 both, 1 BN alone, 2 LN alone, 2 neither.
        for (part, ends) in [(0.0, 37.5), (37.5, 50), (50, 75), (75, 100)].enumerated() {
            let middle = shortestText((ends.0 + ends.1) / 2)
            let row = "0 \(middle) -0.36 0.36 \(shortestText(ends.0)) \(shortestText(ends.1))"
            #expect(figure.script.contains("$part\(part) << EOD\n\(row)\nEOD"))
        }
        #expect(figure.script.contains("$seeds << EOD\n-0.05 25\n-0.05 50\n-0.05 50\n0.05 50\n0.05 50\n0.05 100\nEOD"))
        #expect(figure.script.contains("dots: where they end with each seed"))
    }

    @Test func `one seed, missing runs and a running sweep each say so`() throws {
        let bits = [true, false]
        let one = try figure(report(["bn": [1: bits], "ln": [1: bits]], seeds: [1]))
        #expect(one.script.contains("one seed: no spread to show") && !one.script.contains("$seeds"))
        let running = try figure(report(["bn": [1: bits, 2: bits], "ln": [1: bits]], seeds: [1, 2]))
        #expect(running.script.contains("unfinished: 3 of 4 trainings are done"))
        let begun = try figure(report(["bn": [1: bits], "ln": [:]], seeds: [1]))
        #expect(begun.script.contains("No seed has finished with both yet."))
        let mixed = try figure(report(["bn": [1: bits, 2: bits], "ln": [1: bits, 2: []]], seeds: [1, 2]))
        #expect(mixed.script.contains("not drawn: 1 pair whose images are not known, or not the same"))
        let older = try figure(report(["bn": [1: []], "ln": [1: []]], seeds: [1]))
        #expect(older.script.contains("No finished pair tells which images it got right"))
        let alone = try figure(report(["bn": [1: bits]], seeds: [1]))
        #expect(alone.script.contains("Only one norm in this sweep: agreement needs two."))
    }

    // MARK: The report

    private func page(_ report: Report) throws -> String {
        ReportPage(try ReportContents(report, facts: nil), figures: [], figureNote: nil, version: "1").html
    }

    @Test func `the report says in a sentence what that means`() throws {
        #expect(
            try page(small).contains(
                "In this sweep a finite test set alone would give 33 % of the variance over seeds of the final "
                    + "validation accuracy (the median of 1 point): most of what differs between seeds is networks "
                    + "that are better or worse, on other images too."))
        let bits = [true, false, true]
        let sames = try page(report(["bn": [1: bits, 2: bits]], seeds: [1, 2]))
        #expect(sames.contains("is not known: no point has two finished seeds that differ."))
        let older = try page(report(["bn": [1: [], 2: []]], seeds: [1, 2]))
        #expect(older.contains("is not known: 2 finished runs of an earlier version do not tell which test images"))
        let lucky = try page(
            report(
                ["bn": [1: [true, false, true, true], 2: [false, true, true, true], 3: [true, true, true, true]]],
                seeds: [1, 2, 3]))
        #expect(lucky.contains("is luck with these images"))
    }

    // MARK: Predictions

    @Test func `a file for numpy has its header and a byte for each image`() {
        let bytes = numpyFile(of: ImageOutcomes([true, false, true]))
        #expect(bytes.prefix(10) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
        let header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }"
        #expect(
            String(decoding: bytes[10..<128], as: UTF8.self) == header.padding(
                toLength: 117, withPad: " ", startingAt: 0) + "\n")
        #expect(bytes.suffix(3) == [1, 0, 1] && bytes.count == 131)
    }
}
