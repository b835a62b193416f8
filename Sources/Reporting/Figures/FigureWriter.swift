import DurableFiles

/// Draws figures and writes them as SVG and PNG, each file complete at every moment.
public struct FigureWriter: Sendable {
    private let directory: String
    private let gnuplot: Gnuplot

    /// - Parameter directory: made where it is missing.
    public init(directory: String, gnuplot: Gnuplot) {
        self.directory = directory
        self.gnuplot = gnuplot
    }

    /// A figure that was drawn, and the content of its SVG file.
    public struct Drawn: Sendable {
        public let figure: Figure
        public let svg: [UInt8]
        /// The paths of the SVG and the PNG.
        public let paths: [String]

        package init(figure: Figure, svg: [UInt8], paths: [String]) {
            self.figure = figure
            self.svg = svg
            self.paths = paths
        }
    }

    /// - Parameter onProgress: told before each figure how many are done, and at the end.
    /// - Throws: the first fault, after the other figures were tried.
    public func write(_ figures: [Figure], onProgress: (_ done: Int) -> Void = { _ in }) throws -> [Drawn] {
        try DurableFile.makeDirectory(directory)
        var drawn: [Drawn] = []
        var firstFault: (any Error)?
        defer { onProgress(figures.count) }
        for (index, figure) in figures.enumerated() {
            onProgress(index)
            do {
                drawn.append(try write(figure))
            } catch {
                firstFault = firstFault ?? error
            }
        }
        if let firstFault { throw firstFault }
        return drawn
    }

    private func write(_ figure: Figure) throws -> Drawn {
        let pictures = try Figure.Format.allCases.map { format in
            (
                path: "\(directory)/\(figure.fileName(format))", format: format,
                bytes: try gnuplot.draw(figure, as: format)
            )
        }
        for picture in pictures { try DurableFile.replace(picture.path, with: picture.bytes) }
        let svg = pictures.first { $0.format == .svg }!.bytes
        return Drawn(figure: figure, svg: svg, paths: pictures.map(\.path))
    }
}
