import Kernels

// What both convolutions keep of a tile of outputs, a vector of channels at a time; see `OutputSummary`.

/// Sums of y − origin and of its square for a vector of channels; between rows of tiles they lie in memory.
struct TileStatistics {
    var origin: Vector
    var sum: Vector
    var squares: Vector

    @_transparent
    init(_ start: UnsafePointer<Float>, _ channels: Int) {
        origin = load(start, 0)
        sum = load(start, channels)
        squares = load(start, 2 * channels)
    }

    @_transparent
    func save(_ start: UnsafeMutablePointer<Float>, _ channels: Int) {
        store(origin, start, 0)
        store(sum, start, channels)
        store(squares, start, 2 * channels)
    }

    @_transparent
    mutating func add(_ tile: Four<Four<Vector>>) {
        let row0 = sums(tile.0), row1 = sums(tile.1), row2 = sums(tile.2), row3 = sums(tile.3)
        sum += (row0.sum + row1.sum) + (row2.sum + row3.sum)
        squares += (row0.squares + row1.squares) + (row2.squares + row3.squares)
    }

    @_transparent
    func sums(_ row: Four<Vector>) -> (sum: Vector, squares: Vector) {
        let first = row.0 - origin, second = row.1 - origin, third = row.2 - origin, fourth = row.3 - origin
        let squares = (first * first).addingProduct(second, second).addingProduct(third, third)
        return ((first + second) + (third + fourth), squares.addingProduct(fourth, fourth))
    }

    @_transparent
    func write(_ statistics: ChannelStatistics, _ channel: Int, pixels: Int) {
        let offset = sum / Vector(repeating: Float(pixels))
        store(origin + offset, statistics.means, channel)
        store(rectified(squares.addingProduct(-sum, offset)), statistics.squares, channel)
    }
}

/// The four windows of a tile, the values of each row by row.
struct TileWindows {
    let topLeft: Four<Vector>
    let topRight: Four<Vector>
    let lowLeft: Four<Vector>
    let lowRight: Four<Vector>

    @_transparent
    init(_ tile: Four<Four<Vector>>) {
        topLeft = (tile.0.0, tile.0.1, tile.1.0, tile.1.1)
        topRight = (tile.0.2, tile.0.3, tile.1.2, tile.1.3)
        lowLeft = (tile.2.0, tile.2.1, tile.3.0, tile.3.1)
        lowRight = (tile.2.2, tile.2.3, tile.3.2, tile.3.3)
    }

    /// The peaks of the windows in this order: minima where the slope is below 0. `mayFall`: whether any slope is; a
    /// constant, as the compiler would otherwise take the minima in any case.
    @_transparent
    func peaks(_ slope: Vector, mayFall: Bool) -> Four<Vector> {
        let peaks = (highest(topLeft), highest(topRight), highest(lowLeft), highest(lowRight))
        guard mayFall else { return peaks }
        return (
            peak(topLeft, peaks.0, slope), peak(topRight, peaks.1, slope), peak(lowLeft, peaks.2, slope),
            peak(lowRight, peaks.3, slope)
        )
    }

    @_transparent
    private func highest(_ values: Four<Vector>) -> Vector {
        higher(values.3, higher(values.2, higher(values.1, values.0)))
    }

    @_transparent
    private func peak(_ values: Four<Vector>, _ highest: Vector, _ slope: Vector) -> Vector {
        let lowest = lower(values.3, lower(values.2, lower(values.1, values.0)))
        return Vector.choose(Vector.zero, isAbove: slope, lowest, else: highest)
    }
}

/// Whether any of some channels' slopes is below 0, which is rare.
@inline(__always)
func isAnyBelowZero(_ slopes: UnsafePointer<Float>, _ channels: Int) -> Bool {
    for channel in VectorStarts(0..<channels) where load(slopes, channel).isBelowZeroAnywhere { return true }
    return false
}
