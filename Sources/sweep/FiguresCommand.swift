import ArgumentParser
import CommandOutput
import Commands

/// `sweep figures`: the figures again, while a sweep runs or after.
struct FiguresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures", abstract: "Draw the figures of a sweep again, while it runs or after.",
        discussion: """
            Writes figures/*.svg and *.png with gnuplot (apt-get install gnuplot-nox). A directory that has nothing \
            but the CSV files of a sweep will do.
            """)

    @OptionGroup var selection: ResultsSelection

    func run() throws {
        let results = ResultTables(directory: try selection.chosen().directory, progress: .onStandardError())
        let tables = try results.figureTables()
        for path in try results.drawFigures(tables) { Output.line(path) }
        for omission in tables.omissions { Output.error("Note: \(omission).") }
    }
}
