import Experiment
import Statistics

// `summary.csv`: what each value of an axis gives over all other points.

let summaryColumns = ["axis", "value", "metric", "points", "n", "iqm", "iqm_low", "iqm_high", "undefined"]

extension RecordSource {
    /// `axis,value,metric,points,n,iqm,iqm_low,iqm_high,undefined`: one row for each value of an axis, and metric. `n`
    /// runs of `points` points have finished; `iqm` is the mean of their middle half, and the interval the stratified
    /// percentile bootstrap's of 95 % (`InterquartileMean`). `undefined` says why a field is empty.
    ///
    /// A bootstrap takes about 0.08 ms for each run in it, and every run is in five of them for each axis: 0.8 s for
    /// 1,000 tasks of two axes, 80 s for 100,000. So a writer remembers rows, `RewritePace` has a dear table wait, and
    /// `ReportWriter` writes it after the cheap ones.
    func writeSummaries(
        remembering memory: inout RowMemory<Estimate<InterquartileMean>>, to pass: @escaping ([UInt8]) throws -> Void
    ) throws {
        var table = try CSVText(columns: summaryColumns, to: pass)
        memory.begin()
        try forEachAxisSummary { row in
            let digest = dataDigest(of: row.strata, for: "summary")
            let mean = memory.value(of: digest) { row.interquartileMean }
            table.field(row.axis.rawValue)
            table.field(row.value.description)
            table.field(row.metric.name)
            table.field(row.strata.count)
            table.field(row.n)
            var reasons = UndefinedFields()
            table.field(reasons.value(of: mean.map(\.mean), "iqm"))
            table.fields(reasons.value(of: mean.flatMap(\.interval), "iqm_low", "iqm_high"))
            table.field(reasons.text)
            try table.endRow()
        }
        try table.end()
    }
}
