import Kernels

// Each kernel equals its reference in `Kernels` bit for bit.

func imageConvolution(
    planes: UnsafePointer<Float>, weights: WinogradPlanes, shape: ActivationShape, slopes: UnsafePointer<Float>,
    summary: ImageSummary, scratch: UnsafeMutablePointer<Float>
) {
    let across = shape.width / 2, channels = shape.channels, saved = scratch + ImageSummary.tileRowCount
    saved.update(repeating: 0, count: 3 * channels)
    for row in 0..<shape.height / 4 {
        transformTileRow(planes + 4 * row * ImagePlanes.rowStride, scratch)
        for channel in VectorStarts(0..<channels) {
            var statistics = Statistics(saved + channel, channels)
            let slope = load(slopes, channel)
            for column in 0..<across / 2 {
                let values = tileOutput(scratch + 4 * column, weights, channel)
                if row == 0, column == 0 { statistics.origin = values.3.3 }
                statistics.add(values)
                let place = (2 * row * across + 2 * column) * channels + channel
                writeWindow((values.0.0, values.0.1, values.1.0, values.1.1), slope, summary, place)
                writeWindow((values.0.2, values.0.3, values.1.2, values.1.3), slope, summary, place + channels)
                let below = place + across * channels
                writeWindow((values.2.0, values.2.1, values.3.0, values.3.1), slope, summary, below)
                writeWindow((values.2.2, values.2.3, values.3.2, values.3.3), slope, summary, below + channels)
            }
            statistics.save(saved + channel, channels)
        }
    }
    for channel in VectorStarts(0..<channels) { Statistics(saved + channel, channels).write(summary, channel) }
}

/// V of a row of tiles as (point, plane, column). The lanes are columns, and a tile begins at any of them: three of four
/// results are of no use, but nothing is shuffled.
@inline(__always)
private func transformTileRow(_ planes: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let rowStride = ImagePlanes.rowStride, apart = ImageSummary.pointStride
    let down = target + WinogradPlanes.count * apart
    for plane in 0..<ImagePlanes.planes {
        let start = planes + plane * ImagePlanes.planeStride
        for first in VectorStarts(0..<rowStride) {
            let column = min(first, rowStride - Vector.scalarCount)
            storeSix(WinogradSide.input(loadSix(start + column, rowStride)), down + column, rowStride)
        }
        for row in 0..<6 {
            let line = down + row * rowStride, place = target + plane * ImagePlanes.side + 6 * row * apart
            for column in VectorStarts(0..<ImagePlanes.side) {
                storeSix(WinogradSide.input(loadSix(line + column, 1)), place + column, apart)
            }
        }
    }
}

/// The sixteen outputs of a tile, row by row. `inputs`: V at the tile's column.
@inline(__always)
private func tileOutput(
    _ inputs: UnsafePointer<Float>, _ weights: WinogradPlanes, _ channel: Int
) -> Four<Four<Vector>> {
    let u = weights.start + channel, apart = weights.planeStride, row = weights.rowStride
    let column0 = outputColumn(inputs, u, apart, row)
    let column1 = outputColumn(inputs + ImageSummary.pointStride, u + apart, apart, row)
    let column2 = outputColumn(inputs + 2 * ImageSummary.pointStride, u + 2 * apart, apart, row)
    let column3 = outputColumn(inputs + 3 * ImageSummary.pointStride, u + 3 * apart, apart, row)
    let column4 = outputColumn(inputs + 4 * ImageSummary.pointStride, u + 4 * apart, apart, row)
    let column5 = outputColumn(inputs + 5 * ImageSummary.pointStride, u + 5 * apart, apart, row)
    return (
        WinogradSide.output((column0.0, column1.0, column2.0, column3.0, column4.0, column5.0)),
        WinogradSide.output((column0.1, column1.1, column2.1, column3.1, column4.1, column5.1)),
        WinogradSide.output((column0.2, column1.2, column2.2, column3.2, column4.2, column5.2)),
        WinogradSide.output((column0.3, column1.3, column2.3, column3.3, column4.3, column5.3))
    )
}

/// The products of a column of points, transformed down the column.
@inline(__always)
private func outputColumn(
    _ v: UnsafePointer<Float>, _ u: UnsafePointer<Float>, _ apart: Int, _ row: Int
) -> Four<Vector> {
    let next = ImageSummary.pointStride
    return WinogradSide.output(
        (
            point(v, u, row), point(v + 6 * next, u + 6 * apart, row), point(v + 12 * next, u + 12 * apart, row),
            point(v + 18 * next, u + 18 * apart, row), point(v + 24 * next, u + 24 * apart, row),
            point(v + 30 * next, u + 30 * apart, row)
        ))
}

/// The sum over the three planes at one point.
@inline(__always)
private func point(_ v: UnsafePointer<Float>, _ u: UnsafePointer<Float>, _ row: Int) -> Vector {
    (v[0] * load(u, 0))
        .addingProduct(v[ImagePlanes.side], load(u, row))
        .addingProduct(v[2 * ImagePlanes.side], load(u, 2 * row))
}

/// Writes the peak of a window and its place.
@_transparent
private func writeWindow(
    _ values: Four<Vector>, _ slope: Vector, _ summary: ImageSummary, _ place: Int
) {
    let highest = higher(values.3, higher(values.2, higher(values.1, values.0)))
    let lowest = lower(values.3, lower(values.2, lower(values.1, values.0)))
    let peak = Vector.choose(Vector.zero, isAbove: slope, lowest, else: highest)
    store(peak, summary.peaks, place)
    var places = Integers.choose(values.2, equals: peak, Integers(repeating: 2), else: Integers(repeating: 3))
    places = Integers.choose(values.1, equals: peak, Integers(repeating: 1), else: places)
    places = Integers.choose(values.0, equals: peak, Integers(repeating: 0), else: places)
    UnsafeMutableRawPointer(summary.places + place).storeBytes(of: places.bytes, as: type(of: places.bytes))
}

/// Sums of y − origin and of its square for a vector of channels; between rows of tiles they lie in memory.
private struct Statistics {
    var origin: Vector
    private var sum: Vector
    private var squares: Vector

    @inline(__always)
    init(_ start: UnsafePointer<Float>, _ channels: Int) {
        origin = load(start, 0)
        sum = load(start, channels)
        squares = load(start, 2 * channels)
    }

    @inline(__always)
    func save(_ start: UnsafeMutablePointer<Float>, _ channels: Int) {
        store(origin, start, 0)
        store(sum, start, channels)
        store(squares, start, 2 * channels)
    }

    @inline(__always)
    mutating func add(_ tile: Four<Four<Vector>>) {
        let row0 = sums(tile.0), row1 = sums(tile.1), row2 = sums(tile.2), row3 = sums(tile.3)
        sum += (row0.sum + row1.sum) + (row2.sum + row3.sum)
        squares += (row0.squares + row1.squares) + (row2.squares + row3.squares)
    }

    @inline(__always)
    private func sums(_ row: Four<Vector>) -> (sum: Vector, squares: Vector) {
        let first = row.0 - origin, second = row.1 - origin, third = row.2 - origin, fourth = row.3 - origin
        let squares = (first * first).addingProduct(second, second).addingProduct(third, third)
        return ((first + second) + (third + fourth), squares.addingProduct(fourth, fourth))
    }

    @inline(__always)
    func write(_ summary: ImageSummary, _ channel: Int) {
        let offset = sum / Vector(repeating: Float(ImagePlanes.side * ImagePlanes.side))
        store(origin + offset, summary.means, channel)
        store(rectified(squares.addingProduct(-sum, offset)), summary.squares, channel)
    }
}
