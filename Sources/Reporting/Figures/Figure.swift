/// One figure: what gnuplot is told to draw, with the numbers in it. A pure function of the tables.
public struct Figure: Sendable, Equatable {
    /// The name of its files, without the extension.
    public let name: String
    public let title: String
    /// In pixels of the SVG; a PNG has twice as many each way.
    public let width: Int
    public let height: Int
    /// Data blocks and commands, without the terminal.
    public let script: String

    package init(name: String, title: String, width: Int = 800, height: Int = 500, script: GnuplotScript) {
        self.name = name
        self.title = title
        self.width = width
        self.height = height
        self.script = script.text
    }

    public enum Format: String, CaseIterable, Sendable {
        case svg, png
    }

    public func fileName(_ format: Format) -> String { "\(name).\(format.rawValue)" }

    /// All that gnuplot reads; the picture comes on its standard output.
    public func input(for format: Format) -> String {
        let terminal =
            switch format {
            case .svg: "set terminal svg size \(width),\(height) noenhanced font 'sans-serif,14' background '#ffffff'"
            case .png:
                // In points, of which 3 are 4 pixels: so every size is that of the SVG.
                "set terminal pngcairo size \(2 * width),\(2 * height) noenhanced font 'sans,14' fontscale 1.5 "
                    + "linewidth 2 pointscale 2 background '#ffffff'"
            }
        return terminal + "\n" + script
    }
}
