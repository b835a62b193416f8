import Experiment

// Which part of the spread over seeds is the finite test set's, and what the test images say of two points.

extension ReportPage {
    func writeNoise(_ body: inout HTMLText) {
        guard let noise, noise.points.rows.count > 0 else { return }
        body.element("h2", "Noise told apart")
        body.element("p", noise.meaning)
        body.element("p", Self.noiseMeaning)
        writeTable(noise.points, .noise, &body, head: ["point"] + Self.noiseHead + ["binomial error", "undefined"]) {
            [.word($0.place), .number($0.text("n"))] + Self.parts(of: $0, "val_acc_sd")
                + [Self.number($0, "binomial_error"), .word($0.text("undefined"))]
        }
        writeComparedNoise(noise, &body)
        writeAgreements(noise, &body)
    }

    private static let noiseHead = ["n", "sd over seeds (÷ n − 1)", "test set's part", "rest", "test set's share"]

    private static let noiseMeaning =
        "Each network is right or wrong on each test image. Test set's part: the standard deviation over seeds that "
        + "the accuracy would have if errors on different images were independent of each other given the image "
        + "(Jordan, ICLR 2024); rest: that of the accuracy on endless images; share: of the variance, above 100 % "
        + "where the seeds differ less than that. Binomial error: 100 √(p (1 − p) / N), how one network's accuracy "
        + "would vary over other test sets (Bouthillier et al., MLSys 2021). In percentage points; all divide by "
        + "n − 1."

    private func writeComparedNoise(_ noise: NoiseTables, _ body: inout HTMLText) {
        guard let comparisons = noise.comparisons, comparisons.rows.count > 0 else { return }
        body.element(
            "p",
            "The same of paired differences. Over images: the 95 % interval of the paired bootstrap, which says what "
                + "other images of the same kind would give with these very networks, and nothing of other seeds.")
        let head =
            ["difference", "at"] + Self.noiseHead + ["first − second", "95 % interval (over images)", "undefined"]
        writeTable(comparisons, .noiseComparison, &body, head: head) { row in
            let ends = [row.number("images_low"), row.number("images_high")].compactMap(\.self)
            let interval = ends.count == 2 ? ends.map(Self.signed).joined(separator: " to ") : "–"
            return [.word(row.pair), .word(row.place), .number(row.text("n"))] + Self.parts(of: row, "difference_sd")
                + [
                    .number(row.number("difference").map(Self.signed) ?? "–"), .number(interval),
                    .word(row.text("undefined")),
                ]
        }
    }

    private func writeAgreements(_ noise: NoiseTables, _ body: inout HTMLText) {
        guard let agreements = noise.agreements, agreements.rows.count > 0 else { return }
        body.element(
            "p",
            "Two networks with one seed, image by image, and McNemar's exact p for the images that only one of them "
                + "gets right: it speaks of these two networks, and two seeds of one setting may differ by it as well.")
        let counts = ["both", "only_first", "only_second", "neither"]
        let head = ["first and second", "at", "seed", "both right", "only first", "only second", "neither", "exact p"]
        writeTable(agreements, .agreement, &body, head: head) { row in
            let p = row.number("mcnemar_p").map { $0 < 0.001 ? "< 0.001" : fixedText($0, decimals: 3) } ?? "–"
            return [.word(row.pair), .word(row.place), .number(row.text("seed"))]
                + counts.map { .number(row.text($0)) } + [.number(p)]
        }
    }

    private func writeTable(
        _ table: NoiseTable, _ file: ReportFile, _ body: inout HTMLText, head: [String],
        cells: (NoiseTable.Row) -> [HTMLText.Cell]
    ) {
        let rows = table.rows.rows.map(cells)
        body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
        writeLimit(of: table.rows.count, file: file, &body)
    }

    /// The standard deviation over seeds, its two parts, and the first one's share.
    private static func parts(of row: NoiseTable.Row, _ deviation: String) -> [HTMLText.Cell] {
        let share = row.number("test_set_share").map { "\(fixedText(100 * $0, decimals: 0)) %" } ?? "–"
        return [deviation, "test_set_sd", "rest_sd"].map { number(row, $0) } + [.number(share)]
    }

    private static func number(_ row: NoiseTable.Row, _ column: String) -> HTMLText.Cell {
        .number(row.number(column).map { fixedText($0, decimals: 2) } ?? "–")
    }

    private static func signed(_ value: Double) -> String {
        (value < 0 ? "" : "+") + fixedText(value, decimals: 2).replacing("-", with: "−")
    }
}
