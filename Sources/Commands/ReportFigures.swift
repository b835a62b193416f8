import Reporting

/// The figures of a report, which goes without them where they cannot be drawn.
package struct ReportFigures {
    package let drawn: [FigureWriter.Drawn]
    /// Why there are none, in one line; `nil` where there are.
    package let note: String?

    package init(of tables: SweepTables, _ results: ResultTables) {
        guard let gnuplot = Gnuplot() else {
            (drawn, note) = ([], "no figures, \(Gnuplot.installation)")
            return
        }
        do {
            (drawn, note) = (try results.writeFigures(tables, with: gnuplot), nil)
        } catch {
            (drawn, note) = ([], "no figures, \(error)")
        }
    }
}
