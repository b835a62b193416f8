import Foundation
import Statistics
import Testing

/// Every statistic of every golden case as bits: they must come out on every host, in every configuration, with every
/// instruction set. `SWEEP_RECORD_GOLDEN=1` writes the file anew; a commit that changes it says why.
struct BitsTests {
    @Test func `all statistics of all golden cases have the stored bits`() throws {
        let lines = try lines(of: Golden.file.get())
        let file = goldenFile("bits.txt")
        if ProcessInfo.processInfo.environment["SWEEP_RECORD_GOLDEN"] != nil {
            try lines.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
        }
        let stored = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.count == stored.count)
        for (ours, expected) in zip(lines, stored) { #expect(ours == expected) }
    }

    private func lines(of golden: Golden) throws -> [String] {
        golden.paired.map { "\($0.name): " + texts(pairedNumbers($0.sample)) }
            + golden.interquartileMeans.map { row in
                let mean = InterquartileMean.of(strata: row.strata)
                return "\(row.name): " + texts([mean.map(\.mean)] + ends(mean.flatMap(\.interval)))
            }
            + golden.images.map { row in
                let bootstrap = ImageBootstrap.of(row.firstOutcomes, row.secondOutcomes)
                let spread = SpreadOverSeeds.of(row.firstOutcomes)
                let numbers =
                    [bootstrap.map(\.difference)] + ends(bootstrap.flatMap(\.interval))
                    + [spread.map(\.deviation), spread.map(\.testSetDeviation), spread.map(\.restDeviation)]
                    + zip(row.firstOutcomes, row.secondOutcomes).map { .success(Agreement($0, $1).mcNemarP) }
                return "\(row.images) images: " + texts(numbers)
            }
            + golden.power.map { row in
                "power \(row.effect), \(row.pairs): "
                    + texts([.success(PairedPower.power(effect: row.effect, pairs: row.pairs))])
            }
    }

    private func pairedNumbers(_ sample: PairedSample) -> [Estimate<Double>] {
        let superiority = Superiority.of(sample)
        let effect = EffectSize.of(sample)
        let mean = MeanInterval(sample.first)
        return [SignFlipTest.of(sample).map(\.p), effect.map(\.dz), effect.flatMap(\.hedges)]
            + [effect.flatMap { PairedPower.pairsNeeded(effect: $0.dz) }.map(Double.init)]
            + [superiority.map(\.probability)] + ends(superiority.flatMap(\.interval)) + ends(sample.interval)
            + [mean.standardError] + ends(mean.interval)
    }

    private func ends(_ interval: Estimate<ClosedRange<Double>>) -> [Estimate<Double>] {
        [interval.map(\.lowerBound), interval.map(\.upperBound)]
    }

    private func texts(_ numbers: [Estimate<Double>]) -> String {
        numbers.map { number in
            switch number {
            case .success(let value): String(value.bitPattern, radix: 16)
            case .failure(let reason): "(\(reason))"
            }
        }.joined(separator: " ")
    }
}
