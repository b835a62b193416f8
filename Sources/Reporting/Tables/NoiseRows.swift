import Experiment
import Statistics

// Which part of the spread over seeds is the finite test set's, and what the test images say of two points.

let noiseColumns = [
    "n", "missing", "images", "val_acc_mean", "val_acc_sd", "test_set_sd", "rest_sd", "test_set_share",
    "binomial_error", "undefined",
]
let noiseComparisonColumns = [
    "n", "images", "difference", "images_low", "images_high", "difference_sd", "test_set_sd", "rest_sd",
    "test_set_share", "undefined",
]
let agreementColumns = ["seed", "images", "both", "only_first", "only_second", "neither", "mcnemar_p"]

extension RecordSource {
    /// `noise.csv`: the axes, then `noiseColumns`: one row for every point. `n` runs that have finished tell which of
    /// the `images` test images they got right after the last epoch; `missing` ones do not, since an earlier version
    /// trained them.
    ///
    /// With k runs, N images, and p̂ᵢ the share of runs that get image i right, `val_acc_sd` is the standard deviation
    /// over seeds s, `test_set_sd` is 100 √(Σ k/(k − 1) p̂ᵢ (1 − p̂ᵢ)) / N, what independent errors on a finite test
    /// set alone would give, and `rest_sd` what is left, √(N/(N − 1) (s² − `test_set_sd`²)) or 0 (Jordan, On the
    /// Variance of Neural Network Training with Respect to Test Sets and Distributions, ICLR 2024; see
    /// `SpreadOverSeeds`). `test_set_share` is `test_set_sd`²/s². All of these divide by k − 1, other than every `_std`
    /// of the tables. `binomial_error` is 100 √(p (1 − p)/N), how one network's accuracy would vary over other test
    /// sets (Bouthillier et al., MLSys 2021). In percent and percentage points. `undefined` says why a field is empty.
    func writeNoise(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(columns: axisColumns + noiseColumns, to: pass)
        try forEachPointNoise { row in
            row.point.values.forEach { table.field($0.description) }
            table.field(row.n)
            table.field(row.missingCount)
            table.field(row.images.map(String.init) ?? "")
            var reasons = UndefinedFields()
            table.field(reasons.value(of: row.accuracy, "val_acc_mean"))
            table.fields(of: row.spread, "val_acc_sd", &reasons)
            table.field(reasons.value(of: row.binomialError, "binomial_error"))
            table.field(reasons.text)
            try table.endRow()
        }
        try table.end()
    }

    /// `noise_comparison.csv`: `axis,first,second`, the axes (empty for the one that is compared), then
    /// `noiseComparisonColumns`: one row for every two points of `comparison.csv`.
    ///
    /// `difference` is the first accuracy less the second over the `n` seeds that tell it of both, in percentage
    /// points, and `images_low` to `images_high` its 95 % interval by the paired bootstrap over the images
    /// (`ImageBootstrap`): what other images of the same kind would give with these very networks. The others are those
    /// of `noise.csv`, of the paired difference.
    func writeNoiseComparisons(
        remembering memory: inout RowMemory<ImageNoise>, to pass: @escaping ([UInt8]) throws -> Void
    ) throws {
        var table = try CSVText(
            columns: comparisonLeadingColumns + axisColumns + noiseComparisonColumns, to: pass)
        memory.begin()
        try forEachImageComparison { row in
            let noise = memory.value(of: row.digest) { row.noise }
            table.fields(of: row.axis, row.first, row.second, axes: sweep.axes)
            table.field(row.pairs.count)
            table.field(row.images.map(String.init) ?? "")
            var reasons = UndefinedFields()
            table.field(reasons.value(of: noise.bootstrap.map(\.difference), "difference"))
            table.fields(reasons.value(of: noise.bootstrap.flatMap(\.interval), "images_low", "images_high"))
            table.fields(of: noise.spread, "difference_sd", &reasons)
            table.field(reasons.text)
            try table.endRow()
        }
        try table.end()
    }

    /// `agreement.csv`: `axis,first,second`, the axes (empty for the one that is compared), then `agreementColumns`:
    /// one row for every two points of `comparison.csv` and each seed that tells of both which images they got right.
    /// Of `images`, `both` networks are right on so many, and so on; `mcnemar_p` is the exact test of `only_first`
    /// against `only_second` (`Agreement.mcNemarP`), which speaks of these two networks and not of the settings.
    func writeAgreements(to pass: @escaping ([UInt8]) throws -> Void) throws {
        var table = try CSVText(columns: comparisonLeadingColumns + axisColumns + agreementColumns, to: pass)
        try forEachImageComparison { row in
            for pair in row.pairs {
                let agreement = pair.agreement
                table.fields(of: row.axis, row.first, row.second, axes: sweep.axes)
                table.field(pair.seed)
                for count in [
                    agreement.count, agreement.both, agreement.onlyFirst, agreement.onlySecond, agreement.neither,
                ] { table.field(count) }
                table.field(agreement.mcNemarP)
                try table.endRow()
            }
        }
        try table.end()
    }
}

extension CSVText {
    /// The standard deviation over seeds, its two parts, and the first one's share.
    fileprivate mutating func fields(
        of spread: Estimate<SpreadOverSeeds>, _ name: String, _ reasons: inout UndefinedFields
    ) {
        field(reasons.value(of: spread.map(\.deviation), name))
        field(reasons.value(of: spread.map(\.testSetDeviation), "test_set_sd"))
        field(reasons.value(of: spread.map(\.restDeviation), "rest_sd"))
        field(reasons.value(of: spread.flatMap(\.testSetShare), "test_set_share"))
    }

    /// What a row about two points begins with: `comparisonLeadingColumns`, then the axes.
    mutating func fields(of axis: Hyperparameter, _ first: Point, _ second: Point, axes: [Hyperparameter]) {
        let compared = axes.firstIndex(of: axis)!
        field(axis.rawValue)
        field(first.values[compared].description)
        field(second.values[compared].description)
        for (index, value) in first.values.enumerated() {
            field(index == compared ? "" : value.description)
        }
    }
}
