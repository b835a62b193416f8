import DurableFiles
import Experiment
import Foundation
import FoundationXML
import Reporting
import TestSupport
import Testing

/// Draws with the gnuplot of this host; `deploy/test` installs it.
@Suite(.enabled(if: Gnuplot() != nil, "gnuplot-nox is not installed"), .timeLimit(.minutes(2)))
struct GnuplotTests {
    private let temporary = TemporaryDirectory()

    private func report(_ name: String) -> Report {
        var report = sampleReport()
        switch name {
        case "not begun": report.results.records = [:]
        case "one seed": report.results = sampleResults(seeds: [7])
        case "no gradients": report.results = sampleResults(captures: false)
        default: break
        }
        return report
    }

    @Test(arguments: ["in the middle", "not begun", "one seed", "no gradients"])
    func `every figure can be drawn, as a sound SVG`(state: String) throws {
        let gnuplot = try #require(Gnuplot())
        for figure in try SweepTables(report(state)).figures() {
            let picture = try gnuplot.draw(figure, as: .svg)
            #expect(XMLParser(data: Data(picture)).parse(), "\(figure.name)")
            #expect(try picture == gnuplot.draw(figure, as: .svg))
        }
    }

    @Test func `figures are written as SVG and PNG, and nothing else`() throws {
        let directory = temporary.file("figures")
        let figures = try Array(SweepTables(sampleReport()).figures().suffix(2))
        let drawn = try FigureWriter(directory: directory, gnuplot: try #require(Gnuplot())).write(figures)
        #expect(try DurableFile.names(in: directory) == figures.flatMap { ["\($0.name).png", "\($0.name).svg"] })
        for path in drawn.flatMap(\.paths) {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let signature = path.hasSuffix(".png") ? [0x89, 0x50, 0x4e, 0x47] : Array("<?xml".utf8)
            #expect(bytes.starts(with: signature), "\(path)")
        }
    }

    @Test func `a layer's name is text in the picture, whatever it is`() throws {
        let bad = "<script>alert(1)</script>'`touch x`"
        let tables = try SweepTables(
            TestTables { file in
                guard file == .layerGradients else { return sampleReport().content(of: file) }
                return Array(text(sampleReport().content(of: file))!.replacing("conv1", with: bad).utf8)
            })
        let figure = try #require(tables.figures().first { $0.name.hasPrefix("5-") })
        let picture = String(decoding: try #require(Gnuplot()).draw(figure, as: .svg).map { $0 }, as: UTF8.self)
        #expect(picture.contains("&lt;script>"))
        #expect(!picture.contains("<script"))
    }

    @Test func `a script that gnuplot refuses is a fault that names the figure`() throws {
        var script = GnuplotScript()
        script.command("plot nonsense(")
        let figure = Figure(name: "broken", title: "", script: script)
        let fault = #expect(throws: GnuplotFault.self) { try #require(Gnuplot()).draw(figure, as: .svg) }
        #expect(fault?.description.hasPrefix("gnuplot could not draw broken.svg: ") == true)
    }
}

@Test func `without gnuplot on the path there is none`() {
    #expect(Gnuplot(environment: ["PATH": "/nowhere:/also/nowhere"]) == nil)
}
