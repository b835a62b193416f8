import Foundation
import Statistics
import Testing

/// The article's worked example is what the functions give for the article's own table.
struct ArticleTests {
    @Test func `the numbers of the worked example are those of its table`() throws {
        let blocks = try exampleBlocks()
        try #require(blocks.count == 2)
        let rows = blocks[0].dropFirst().map { $0.split(separator: " ").compactMap { Double($0) } }
        try #require(rows.count == 6 && rows.allSatisfy { $0.count == 3 })
        let sample = PairedSample(first: rows.map { $0[1] }, second: rows.map { $0[2] })
        // The bits that comparison.csv had for the same sweep.
        #expect(try sample.interval.get() == 2.4428008235020506...6.930532509831284)
        let expected =
            try lines(of: sample) + lines(of: Agreement(both: 6_800, onlyFirst: 744, onlySecond: 612, neither: 1_844))
        #expect(blocks[1] == expected, "the article should say:\n\(expected.joined(separator: "\n"))")
    }

    /// The lines of the fenced blocks behind the heading.
    private func exampleBlocks() throws -> [[String]] {
        // From the tests' folder up to the package, or from wherever this file is two folders below it.
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(
            contentsOf: package.appending(path: "Sources/Statistics/Statistics.docc/Statistics.md"), encoding: .utf8)
        let section = try #require(article.components(separatedBy: "## A worked example").dropFirst().first)
            .components(separatedBy: "\n## ")[0]
        return section.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map { part in
            part.element.split(separator: "\n").map(String.init)
        }
    }

    private func lines(of sample: PairedSample) throws -> [String] {
        let test = try SignFlipTest.of(sample).get()
        let effect = try EffectSize.of(sample).get()
        let superiority = try Superiority.of(sample).get()
        let pairs = try PairedPower.pairsNeeded(effect: effect.dz).get()
        return [
            try meanLine("bn", sample.first),
            try meanLine("ln", sample.second),
            "difference: interval \(text(try sample.interval.get())) (Student, n = \(sample.n), 95 %)",
            "exact sign-flip p \(text(test.p)); the least that \(sample.n) pairs can give: "
                + text(SignFlipTest.leastP(pairs: sample.n)),
            "adjusted (Holm) beside a second p of 0.25: "
                + text(try holmAdjusted([.success(test.p), .success(0.25)])[0].get()),
            "d_z \(text(effect.dz)), Hedges' g \(text(try effect.hedges.get()))",
            "superiority \(text(superiority.probability)), interval: "
                + (superiority.interval.value.map(text) ?? "\(superiority.interval.reason!)"),
            "pairs for 80 % power at this effect: \(pairs), with a power of "
                + text(PairedPower.power(effect: effect.dz, pairs: pairs)),
            "power of \(sample.n) pairs for an effect of half the size: "
                + text(PairedPower.power(effect: effect.dz / 2, pairs: sample.n)),
            "interquartile mean of both: " + (try interquartile(sample)),
        ]
    }

    private func meanLine(_ name: String, _ values: [Double]) throws -> String {
        let mean = MeanInterval(values)
        return "\(name): standard error \(text(try mean.standardError.get())), "
            + "interval \(text(try mean.interval.get()))"
    }

    private func interquartile(_ sample: PairedSample) throws -> String {
        let mean = try InterquartileMean.of(strata: [sample.first, sample.second]).get()
        return "\(text(mean.mean)), interval \(text(try mean.interval.get()))"
    }

    private func lines(of agreement: Agreement) -> [String] {
        ["McNemar's exact p for 744 and 612 images: \(text(agreement.mcNemarP))"]
    }

    private func text(_ value: Double) -> String { String(format: "%.4g", value) }

    private func text(_ interval: ClosedRange<Double>) -> String {
        "\(text(interval.lowerBound)) to \(text(interval.upperBound))"
    }
}
