/// What is kept of one image's convolution output for the norm that follows.
public struct OutputSummary {
    /// The peak of each 2×2 window, of the pooled shape.
    public var peaks: UnsafeMutablePointer<Float>
    /// `nil` where peaks are all that is wanted.
    public var statistics: ChannelStatistics?

    public init(peaks: UnsafeMutablePointer<Float>, statistics: ChannelStatistics?) {
        self.peaks = peaks
        self.statistics = statistics
    }

    /// Floats that a kernel needs to keep the statistics between tiles.
    public static func scratchCount(channels: Int) -> Int { 3 * channels }
}

/// Mean and sum of squared deviations of each channel.
public struct ChannelStatistics {
    public var means: UnsafeMutablePointer<Float>
    public var squares: UnsafeMutablePointer<Float>

    public init(means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>) {
        self.means = means
        self.squares = squares
    }
}

/// The statistics of one channel, as sums of y − k and of (y − k)² over the tiles, row by row, k being the output at
/// row 3, column 3: with a value of the image itself as the origin, their difference loses few bits, log₂ of how many
/// variances the value is from the mean; ten at most, where it is the only one that differs. In a tile, four values of
/// a row are added first, then the rows.
struct ShiftedStatistics {
    private var origin: Float?
    private var sum: Float = 0
    private var squares: Float = 0

    /// Adds the sixteen values of a tile.
    mutating func add(tile: [Float]) {
        let origin = origin ?? tile[15]
        self.origin = origin
        let rows = [0, 4, 8, 12].map { Self.sums(tile[$0..<$0 + 4].map { $0 - origin }) }
        sum += (rows[0].sum + rows[1].sum) + (rows[2].sum + rows[3].sum)
        squares += (rows[0].squares + rows[1].squares) + (rows[2].squares + rows[3].squares)
    }

    private static func sums(_ row: [Float]) -> (sum: Float, squares: Float) {
        let squares = row.dropFirst().reduce(row[0] * row[0]) { $0.addingProduct($1, $1) }
        return ((row[0] + row[1]) + (row[2] + row[3]), squares)
    }

    func write(_ statistics: ChannelStatistics, _ channel: Int, pixels: Int) {
        let offset = sum / Float(pixels), rest = squares.addingProduct(-sum, offset)
        statistics.means[channel] = (origin ?? 0) + offset
        statistics.squares[channel] = 0 > rest ? 0 : rest
    }
}

/// Calls `body` with each window of a tile that begins at `row` and `column`: its pixel in the pooled image, and its
/// values, row by row.
func forEachWindow(
    _ shape: ActivationShape, row: Int, column: Int, _ tile: [Float], _ body: (_ pixel: Int, _ corners: [Float]) -> Void
) {
    for window in 0..<4 {
        let first = window / 2 * 8 + window % 2 * 2
        let pixel = (row / 2 + window / 2) * (shape.width / 2) + column / 2 + window % 2
        body(pixel, [tile[first], tile[first + 1], tile[first + 4], tile[first + 5]])
    }
}

/// The lowest corner where the slope is below 0, else the highest.
func peak(of corners: [Float], slope: Float) -> Float {
    let highest = corners.dropFirst().reduce(corners[0]) { $1 > $0 ? $1 : $0 }
    let lowest = corners.dropFirst().reduce(corners[0]) { $1 < $0 ? $1 : $0 }
    return slope < 0 ? lowest : highest
}
