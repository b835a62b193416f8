import Experiment

// What paired seeds say of two points, and what each value of an axis gives over all other points.

extension ReportPage {
    func writeComparison(_ body: inout HTMLText) {
        guard let comparison, comparison.rows.count > 0 else { return }
        body.element("h2", "Paired differences")
        body.element(
            "p",
            "First minus second over the n seeds that have finished in both, in percentage points: the mean, the "
                + "standard deviation (divided by n), Student's t with n − 1 degrees of freedom and its two-sided p, "
                + "and the mean's 95 % interval (Student's t, n − 1).")
        let hasLater = comparison.rows.rows.contains { $0.resampled != nil }
        if hasLater { body.element("p", Self.resampledMeaning) }
        if let note = tables.exactTestNote { body.element("p", "Note: \(note).", class: "note") }
        for omission in tables.comparisonOmissions { body.element("p", "Note: \(omission).", class: "note") }
        let head =
            ["difference", "at", "metric", "n", "mean", "std (÷ n)", "t", "p of t", "95 % interval (t, n − 1)"]
            + (hasLater ? Self.resampledHead : [])
        let rows = comparison.rows.rows.map { cells(of: $0) + (hasLater ? cells(of: $0.resampled) : []) }
        body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
        writeLimit(of: comparison.rows.count, file: .comparison, &body)
    }

    private static let resampledHead = [
        "exact p", "p after Holm", "least p", "d_z", "g", "P(first > second)", "95 % interval (bootstrap)",
        "pairs for 80 %", "undefined",
    ]

    private static let resampledMeaning =
        "Exact p: of the sign-flip test over all 2ⁿ patterns (beyond 20 pairs, over 10,000 drawn ones); after Holm: "
        + "corrected for all pairs of the same axis and metric; least p: the smallest that n pairs can give. d_z: the "
        + "mean difference over its standard deviation (n − 1), g: the same without its bias in small samples. "
        + "P(first > second): the share of seeds whose first value is the higher one, ties at one half, with the "
        + "percentile bootstrap's interval of 10,000 resamples. Pairs for 80 %: with which a t test finds an effect of "
        + "this size four times in five. How each is computed, and when not to use it, says the article on statistics."

    private func cells(of row: ComparisonTable.Row) -> [HTMLText.Cell] {
        [.word(row.pair), .word(row.place), .word(row.metric), .number(row.n)]
            + [
                row.mean.map(signed), row.deviation.map { fixedText($0, decimals: 2) },
                row.t.map { fixedText($0, decimals: 2) }, row.p.map(probability),
                row.low.map { low in "\(signed(low)) to \(row.high.map(signed) ?? "")" },
            ].map { .number($0 ?? "–") }
    }

    private func cells(of row: ComparisonTable.Resampled?) -> [HTMLText.Cell] {
        let interval = row?.superiorityInterval.map { interval in
            [interval.lowerBound, interval.upperBound].map { fixedText($0, decimals: 2) }.joined(separator: " to ")
        }
        let pairs = row?.pairsNeeded ?? ""
        return [
            row?.signFlipP.map(probability), row?.holmP.map(probability), row?.leastP.map(probability),
            row?.dz.map(signed), row?.hedges.map(signed), row?.superiority.map { fixedText($0, decimals: 2) }, interval,
            pairs.isEmpty ? nil : pairs,
        ].map { .number($0 ?? "–") } + [.word(row?.undefined ?? "")]
    }

    func writeSummary(_ body: inout HTMLText) {
        guard let summary = axisSummary, summary.rows.count > 0 else { return }
        body.element("h2", "Over all other points")
        body.element(
            "p",
            "The interquartile mean of the n runs of all points that have the value: the mean of their middle half, in "
                + "percent, with the 95 % interval of the stratified percentile bootstrap (10,000 resamples, fewer of "
                + "more than 1,000 runs, each point's seeds among themselves). It speaks of other seeds, not of other "
                + "points.")
        let rows = summary.rows.rows.map { row -> [HTMLText.Cell] in
            let interval = row.interval.map { interval in
                [interval.lowerBound, interval.upperBound].map { fixedText($0, decimals: 2) }.joined(separator: " to ")
            }
            return [.word(row.axis), .word(row.value), .word(row.metric), .number(row.points), .number(row.n)]
                + [row.mean.map { fixedText($0, decimals: 2) }, interval].map { .number($0 ?? "–") }
                + [.word(row.undefined)]
        }
        let head = [
            "axis", "value", "metric", "points", "n", "interquartile mean", "95 % interval (bootstrap)", "undefined",
        ]
        body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
        writeLimit(of: summary.rows.count, file: .summary, &body)
    }

    private func signed(_ value: Double) -> String {
        (value < 0 ? "" : "+") + fixedText(value, decimals: 2).replacing("-", with: "−")
    }

    private func probability(_ p: Double) -> String { p < 0.001 ? "< 0.001" : fixedText(p, decimals: 3) }
}
