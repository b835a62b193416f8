/// A cell's images a second, by round.
struct RivalRow: Encodable {
    let norm: String
    let batchSize: Int
    var ours: [Double] = []
    private(set) var rivals: [Rival: [Double]] = [:]
    /// Why a rival has no figure.
    private(set) var absences: [Rival: String] = [:]

    init(norm: String, batchSize: Int) {
        self.norm = norm
        self.batchSize = batchSize
    }

    mutating func add(_ result: Result<Double, RivalProcess.Absence>, of rival: Rival) {
        switch result {
        case .success(let rate): rivals[rival, default: []].append(rate)
        case .failure(let absence): absences[rival] = absence.reason
        }
    }

    /// Ours over the rival's; of means, since a round of theirs and of ours lie apart in time.
    func ratio(to rival: Rival) -> Double? { mean(of: rival).map { Self.mean(ours) / $0 } }

    /// Ours over the fastest rival of the cell.
    var ratioToBest: Double? { Rival.allCases.compactMap(ratio).min() }

    private func mean(of rival: Rival) -> Double? {
        guard absences[rival] == nil, let rates = rivals[rival] else { return nil }
        return Self.mean(rates)
    }

    private static func mean(_ rates: [Double]) -> Double { rates.reduce(0, +) / Double(rates.count) }
}

// MARK: Text

extension RivalRow {
    static var head: String {
        "norm".left(5) + "batch".right(5) + "ours".right(7)
            + Rival.allCases.map { $0.rawValue.right(9) + "×".right(6) }.joined() + "best ×".right(9)
    }

    /// The row, and a line for each rival that has no figure.
    var text: String {
        let cells = Rival.allCases.map { rival in
            fixed(mean(of: rival)).right(9) + fixed(ratio(to: rival), 2).right(6)
        }
        let row =
            norm.left(5) + String(batchSize).right(5) + fixed(Self.mean(ours)).right(7) + cells.joined()
            + fixed(ratioToBest, 2).right(9)
        let reasons = Rival.allCases.compactMap { rival in absences[rival].map { "     \(rival.rawValue): \($0)" } }
        return ([row] + reasons).joined(separator: "\n")
    }
}

/// A number with a fixed count of decimals; a dash where there is none.
private func fixed(_ value: Double?, _ decimals: Int = 0) -> String {
    value.map { sweep_bench.fixed($0, decimals) } ?? "–"
}
