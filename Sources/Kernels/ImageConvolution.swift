// The first layer: three input channels, no gradient of the input, and the largest output of the network. The output is
// never stored. Forward, each tile goes from its products through statistics and pooling in registers; backward makes do
// with the peaks, their places, and the image itself.

/// What the forward pass keeps of one image's output, of the shape (32, 32, channels).
public struct ImageSummary {
    /// The peak of each window, of the pooled shape, and its place in the window: 0 to 3, row by row, the first of equals.
    public var peaks: UnsafeMutablePointer<Float>
    public var places: UnsafeMutablePointer<UInt8>
    /// Mean and sum of squared deviations of each channel.
    public var means: UnsafeMutablePointer<Float>
    public var squares: UnsafeMutablePointer<Float>

    public init(
        peaks: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<UInt8>, means: UnsafeMutablePointer<Float>,
        squares: UnsafeMutablePointer<Float>
    ) {
        self.peaks = peaks
        self.places = places
        self.means = means
        self.squares = squares
    }

    /// Floats from a point of V to the next, for a row of tiles as (point, plane, column).
    public static let pointStride = ImagePlanes.planes * ImagePlanes.side
    /// Floats of V, and of what is between its two transforms.
    public static let tileRowCount = WinogradPlanes.count * pointStride + 6 * ImagePlanes.rowStride
    /// Floats that a kernel needs as scratch: V, then three of statistics for each channel.
    public static func scratchCount(channels: Int) -> Int { tileRowCount + 3 * channels }
}

/// Convolution, statistics and pooling of one image by Winograd's tiles.
///
/// `planes`: see `ImagePlanes`. `weights`: U, a row of channels for each plane. `shape`: the output's; channels are a
/// multiple of 16. `slopes`: as in `PoolKernel`.
///
/// The statistics are sums of y − k and of (y − k)², k being the output at row 3, column 3: with a value of the image
/// itself as the origin, their difference does not cancel. Tile by tile, row by row in a tile, four values of a row at a
/// time.
public typealias ImageConvolutionKernel =
    @Sendable (
        _ planes: UnsafePointer<Float>, _ weights: WinogradPlanes, _ shape: ActivationShape,
        _ slopes: UnsafePointer<Float>, _ summary: ImageSummary, _ scratch: UnsafeMutablePointer<Float>
    ) -> Void

/// Adds to `sums` the part of the weights' gradient that comes from the peaks: Σ over windows of gain · g · patch.
///
/// `sums`: for each channel the 27 taps in PyTorch's order (plane, row, column), filled up to 32, the last five of no
/// meaning. Each sum is one chain over the windows, started at 0, then added. `gradient.output` is not read.
public typealias ImageWeightGradientKernel =
    @Sendable (
        _ planes: UnsafePointer<Float>, _ gradient: PooledGradient, _ places: UnsafePointer<UInt8>,
        _ scratch: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) -> Void

public enum ImageGradient {
    /// Taps of a patch, and the floats from one to the next.
    public static let taps = 27
    public static let patchStride = 32
    /// One image's sums, the patches of a row of 16 windows, gain · g of each of their channels.
    public static func scratchCount(channels: Int) -> Int {
        channels * patchStride + 16 * 4 * patchStride + 16 * channels
    }
}

public func imageConvolutionReference(
    planes: UnsafePointer<Float>, weights: WinogradPlanes, shape: ActivationShape, slopes: UnsafePointer<Float>,
    summary: ImageSummary, scratch: UnsafeMutablePointer<Float>
) {
    let channels = shape.channels
    var statistics = [ShiftedStatistics](repeating: ShiftedStatistics(), count: channels)
    forEachTile(shape) { tile, row, column in
        let inputs = (0..<ImagePlanes.planes).map { plane in
            let start = planes + plane * ImagePlanes.planeStride + row * ImagePlanes.rowStride + column
            return transformed(6, WinogradSide.input as (Six<Float>) -> Six<Float>) { i, j in
                start[i * ImagePlanes.rowStride + j]
            }
        }
        for channel in 0..<channels {
            let values = transformed(6, WinogradSide.output as (Six<Float>) -> Four<Float>) { i, j in
                let point = 6 * i + j, u = weights.start + point * weights.planeStride + channel
                return (inputs[0][point] * u[0])
                    .addingProduct(inputs[1][point], u[weights.rowStride])
                    .addingProduct(inputs[2][point], u[2 * weights.rowStride])
            }
            if tile == 0 { statistics[channel].origin = values[15] }
            statistics[channel].add(tile: values)
            for window in 0..<4 {
                let first = window / 2 * 8 + window % 2 * 2
                let pixel = (row / 2 + window / 2) * (shape.width / 2) + column / 2 + window % 2
                let corners = [values[first], values[first + 1], values[first + 4], values[first + 5]]
                let peak = peak(of: corners, slope: slopes[channel])
                summary.peaks[pixel * channels + channel] = peak
                summary.places[pixel * channels + channel] = UInt8(corners.firstIndex(of: peak) ?? 3)
            }
        }
    }
    for channel in 0..<channels {
        (summary.means[channel], summary.squares[channel]) = statistics[channel].result(count: Float(shape.pixels))
    }
}

private func peak(of corners: [Float], slope: Float) -> Float {
    let highest = corners.dropFirst().reduce(corners[0]) { $1 > $0 ? $1 : $0 }
    let lowest = corners.dropFirst().reduce(corners[0]) { $1 < $0 ? $1 : $0 }
    return slope < 0 ? lowest : highest
}

/// Sums of y − origin and of its square.
private struct ShiftedStatistics {
    var origin: Float = 0
    private var sum: Float = 0
    private var squares: Float = 0

    mutating func add(tile: [Float]) {
        let deviations = tile.map { $0 - origin }
        let rows = [0, 4, 8, 12].map { Self.sums(Array(deviations[$0..<$0 + 4])) }
        sum += (rows[0].sum + rows[1].sum) + (rows[2].sum + rows[3].sum)
        squares += (rows[0].squares + rows[1].squares) + (rows[2].squares + rows[3].squares)
    }

    private static func sums(_ row: [Float]) -> (sum: Float, squares: Float) {
        let squares = row.dropFirst().reduce(row[0] * row[0]) { $0.addingProduct($1, $1) }
        return ((row[0] + row[1]) + (row[2] + row[3]), squares)
    }

    func result(count: Float) -> (mean: Float, squares: Float) {
        let offset = sum / count
        let rest = squares.addingProduct(-sum, offset)
        return (origin + offset, 0 > rest ? 0 : rest)
    }
}

public func imageWeightGradientReference(
    planes: UnsafePointer<Float>, gradient: PooledGradient, places: UnsafePointer<UInt8>,
    scratch: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
) {
    let pooled = gradient.shape.pooled
    for channel in 0..<pooled.channels {
        var parts = [Float](repeating: 0, count: ImageGradient.taps)
        for window in 0..<pooled.pixels {
            let (row, column) = window.quotientAndRemainder(dividingBy: pooled.width)
            let place = Int(places[window * pooled.channels + channel])
            let g = gradient.passed(row, column, channel) * gradient.terms.gain[channel]
            let corner = planes + (2 * row + place / 2) * ImagePlanes.rowStride + 2 * column + place % 2
            for tap in 0..<ImageGradient.taps {
                let offset = tap / 9 * ImagePlanes.planeStride + tap / 3 % 3 * ImagePlanes.rowStride + tap % 3
                parts[tap].addProduct(g, corner[offset])
            }
        }
        for tap in 0..<ImageGradient.taps { sums[channel * ImageGradient.patchStride + tap] += parts[tap] }
    }
}
