// The first layer: three input channels, no gradient of the input, and the largest output of the network. The output is
// never stored. Forward, each tile goes from its products through statistics and pooling in registers; backward makes
// do with the peaks, their places, and the image itself.

/// Convolution, statistics and pooling of one image by Winograd's tiles.
///
/// `planes`: see `ImagePlanes`. `weights`: U, a row of channels for each plane. `shape`: the output's; channels are a
/// multiple of 16. `peakSigns` and `summary`: as in `WinogradOutputKernel`. `places`: the place of each peak in its
/// window, 0 to 3, row by row, the first of equals; `nil` where `summary` has no statistics, and neither is made.
public typealias ImageConvolutionKernel =
    @Sendable (
        _ planes: UnsafePointer<Float>, _ weights: WinogradPlanes, _ shape: ActivationShape,
        _ peakSigns: UnsafePointer<Float>, _ summary: OutputSummary, _ places: UnsafeMutablePointer<UInt8>?,
        _ scratch: UnsafeMutablePointer<Float>
    ) -> Void

public enum ImageTiles {
    /// Floats from a point of V to the next, for a row of tiles as (point, plane, column).
    public static let pointStride = ImagePlanes.planes * ImagePlanes.side
    /// Floats of V, and of what is between its two transforms, of which a tile that begins at the last column reads
    /// past the end: no result of use comes of it.
    public static let rowCount = WinogradPlanes.count * pointStride + 6 * ImagePlanes.rowStride + 16
    /// Floats that the kernel needs as scratch: V, then the statistics.
    public static func scratchCount(channels: Int) -> Int {
        rowCount + OutputSummary.scratchCount(channels: channels)
    }
}

/// Adds to `sums` the part of the weights' gradient that comes from the peaks: Σ over windows of gain · g · patch.
///
/// `sums`: for each channel the 27 taps in PyTorch's order (plane, row, column), filled up to 32, the last five of no
/// meaning. Each sum is one chain over the windows, started at 0, then added.
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
    planes: UnsafePointer<Float>, weights: WinogradPlanes, shape: ActivationShape, peakSigns: UnsafePointer<Float>,
    summary: OutputSummary, places: UnsafeMutablePointer<UInt8>?, scratch: UnsafeMutablePointer<Float>
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
            if summary.statistics != nil { statistics[channel].add(tile: values) }
            forEachWindow(shape, row: row, column: column, values) { pixel, corners in
                let peak = peak(of: corners, slope: peakSigns[channel])
                summary.peaks[pixel * channels + channel] = peak
                places?[pixel * channels + channel] = UInt8(corners.firstIndex(of: peak) ?? 3)
            }
        }
    }
    guard let written = summary.statistics else { return }
    for channel in 0..<channels { statistics[channel].write(written, channel, pixels: shape.pixels) }
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
