import Experiment
import Status

/// The paragraph on methods: data, seeds, n, what each bar is, test, correction, version, processors and core-hours, as
/// item 7 of NeurIPS' checklist and its question on compute ask. `[@key]` cites an entry of `Bibliography`.
struct PaperMethods {
    let sentences: [String]

    init(_ contents: ReportContents, version: String) {
        let tables = contents.tables
        let points = tables.finals.map(\.point)
        let unfinished = tables.completeness(of: points)
        var sentences = unfinished.isEmpty ? [] : ["This is preliminary, \(unfinished)."]
        sentences.append(Self.training(contents, version: version))
        sentences.append(Self.seeds(tables))
        sentences.append(
            "Values are means ± standard deviations over seeds, divided by n, of the last epoch. Intervals of means "
                + "are those of 95 % of Student's t with n − 1 degrees of freedom [@student1908], which assume means "
                + "that are about normal.")
        sentences += Self.comparisons(contents)
        sentences += Self.compute(contents)
        self.sentences = sentences
    }

    private static func training(_ contents: ReportContents, version: String) -> String {
        guard let facts = contents.facts, let parameters = facts.snapshot.tasks.first?.parameters else {
            return "Networks were trained with sweep \(version)."
        }
        let constants = Hyperparameter.allCases.filter {
            $0 != .seed && $0 != .captureGradients && !facts.axes.contains($0)
        }.compactMap { name in parameters[name].map { "\(name.title) \($0)" } }
        let axes = facts.axes.enumerated().map { place, axis in
            let values = Set(contents.tables.finals.map { $0.point[place] }).sorted()
            return "\(axis.title) (\(values.map(\.description).joined(separator: ", ")))"
        }
        let data = facts.data == .cifar10 ? "CIFAR-10 [@krizhevsky2009]" : "the data set \(facts.data.rawValue)"
        let norms = Set(facts.snapshot.tasks.map(\.parameters.norm))
        let citations =
            (norms.contains(.batch) ? ["bn is BatchNorm [@ioffe2015]"] : [])
            + (norms.contains(.layer) ? ["ln is GroupNorm with one group [@wu2018]"] : [])
        return "The convolutional network of sweep \(version) was trained on \(data) with Adam [@kingma2015]"
            + (constants.isEmpty ? "" : " (\(constants.joined(separator: ", ")))")
            + (axes.isEmpty ? "" : ", varying \(axes.joined(separator: " and "))")
            + (citations.isEmpty ? "." : "; \(citations.joined(separator: ", ")).")
    }

    private static func seeds(_ tables: SweepTables) -> String {
        let seeds = tables.seeds.sorted()
        let names =
            seeds.count <= 20
            ? seeds.map(String.init).joined(separator: ", ") : "from \(seeds[0]) to \(seeds[seeds.count - 1])"
        let list = seeds.isEmpty ? "" : " (\(names))"
        return
            "Every point was trained with the same \(counted(seeds.count, "seed"))\(list), each of which fixes the "
            + "initial weights and the order of the batches; "
            + "\(countLabel(tables.finals.map(\.n))) runs a point have finished."
    }

    private static func comparisons(_ contents: ReportContents) -> [String] {
        guard let comparison = contents.comparison, comparison.rows.rows.contains(where: { $0.resampled != nil }) else {
            return []
        }
        var sentences = [
            "Points that differ in one hyperparameter were compared seed by seed: by the sign-flip test "
                + "[@fisher1935] (exact up to 20 pairs, beyond over 10,000 drawn patterns), with Holm's correction "
                + "[@holm1979] over all pairs of the same hyperparameter and metric; effect sizes are Hedges' g "
                + "[@hedges1981] of the paired differences, and the probability of superiority [@bouthillier2021], "
                + "ties at one half, has a percentile bootstrap interval of 10,000 resamples [@efron1993]."
        ]
        if let note = contents.tables.exactTestNote { sentences.append("\(note).") }
        if (contents.axisSummary?.rows.count ?? 0) > 0 {
            sentences.append(
                "Interquartile means over points have a stratified percentile bootstrap interval [@agarwal2021].")
        }
        return sentences
    }

    /// A slot has its share of its worker's cores; what failed and was trained again counts too.
    private static func compute(_ contents: ReportContents) -> [String] {
        guard let shares = contents.attempts?.shares, !shares.isEmpty else { return [] }
        let workers = Dictionary((contents.facts?.workers ?? []).map { ($0.id.rawValue, $0) }) { first, _ in first }
        var coreSeconds = 0.0
        var processors: Set<String> = []
        for share in shares {
            let worker = workers[share.worker]
            let cores = worker.map { Double($0.facts.cores) / Double(max(1, $0.slots)) } ?? 1
            coreSeconds += share.seconds * max(1, cores)
            if let processor = worker?.facts.processor { processors.insert(processor) }
        }
        let place =
            processors.isEmpty
            ? counted(Set(shares.map(\.host)).count, "host") : processors.sorted().joined(separator: ", ")
        let hours = coreSeconds / 3600
        return [
            "All executions together, with those that failed, took \(fixedText(hours, decimals: hours < 10 ? 2 : 0)) "
                + "core-hours on \(place); the records are the same bits on each."
        ]
    }

    /// The keys that it cites, each once, in their order.
    var citations: [String] {
        var keys: [String] = []
        for match in text.matches(of: /\[@([a-z0-9]+)\]/) where !keys.contains(String(match.1)) {
            keys.append(String(match.1))
        }
        return keys
    }

    private var text: String { sentences.joined(separator: " ") }

    func text(_ format: PaperFormat) -> String { format.prose(text) + "\n" }
}
