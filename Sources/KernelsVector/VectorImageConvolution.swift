import Kernels

// Each kernel equals its reference in `Kernels` bit for bit.

func imageConvolution(
    planes: UnsafePointer<Float>, weights: WinogradPlanes, shape: ActivationShape, peakSigns: UnsafePointer<Float>,
    summary: OutputSummary, places: UnsafeMutablePointer<UInt8>?, scratch: UnsafeMutablePointer<Float>
) {
    let channels = shape.channels, saved = scratch + ImageTiles.rowCount
    let mayFall = isAnyBelowZero(peakSigns, channels)
    precondition((places == nil) == (summary.statistics == nil), "places and statistics are made together")
    saved.update(repeating: 0, count: 3 * channels)
    for row in 0..<shape.height / 4 {
        transformTileRow(planes + 4 * row * ImagePlanes.rowStride, scratch)
        for channel in VectorStarts(0..<channels) {
            let line = TileLine(
                inputs: scratch, weights: weights, shape: shape, row: row, channel: channel,
                slope: load(peakSigns, channel), peaks: summary.peaks, places: places)
            switch (mayFall, summary.statistics == nil) {
            case (false, false): line.write(saved + channel, mayFall: false, peaksAlone: false)
            case (true, false): line.write(saved + channel, mayFall: true, peaksAlone: false)
            case (false, true): line.write(saved + channel, mayFall: false, peaksAlone: true)
            case (true, true): line.write(saved + channel, mayFall: true, peaksAlone: true)
            }
        }
    }
    guard let written = summary.statistics else { return }
    for channel in VectorStarts(0..<channels) {
        TileStatistics(saved + channel, channels).write(written, channel, pixels: shape.pixels)
    }
}

/// A row of tiles for a vector of channels.
private struct TileLine {
    let inputs: UnsafePointer<Float>
    let weights: WinogradPlanes
    let shape: ActivationShape
    let row: Int
    let channel: Int
    let slope: Vector
    let peaks: UnsafeMutablePointer<Float>
    let places: UnsafeMutablePointer<UInt8>?

    /// Writes peaks, and unless they are all, places, and adds to the statistics at `saved`. Both choices are
    /// constants, so that a tile of either kind stays in registers; for `mayFall` see `TileWindows`.
    @inline(__always)
    func write(_ saved: UnsafeMutablePointer<Float>, mayFall: Bool, peaksAlone: Bool) {
        let across = shape.width / 2, channels = shape.channels
        var statistics = TileStatistics(saved, channels)
        for column in 0..<across / 2 {
            let values = tileOutput(inputs + 4 * column, weights, channel)
            if !peaksAlone {
                if row == 0, column == 0 { statistics.origin = values.3.3 }
                statistics.add(values)
            }
            let windows = TileWindows(values), tilePeaks = windows.peaks(slope, mayFall: mayFall)
            let place = (2 * row * across + 2 * column) * channels + channel, below = place + across * channels
            store(tilePeaks.0, peaks, place)
            store(tilePeaks.1, peaks, place + channels)
            store(tilePeaks.2, peaks, below)
            store(tilePeaks.3, peaks, below + channels)
            guard !peaksAlone else { continue }
            let places = places.unsafelyUnwrapped
            writePlace(windows.topLeft, tilePeaks.0, places, place)
            writePlace(windows.topRight, tilePeaks.1, places, place + channels)
            writePlace(windows.lowLeft, tilePeaks.2, places, below)
            writePlace(windows.lowRight, tilePeaks.3, places, below + channels)
        }
        if !peaksAlone { statistics.save(saved, channels) }
    }
}

/// V of a row of tiles as (point, plane, column). The lanes are columns, and a tile begins at any of them: three of
/// four results are of no use, but nothing is shuffled.
@inline(__always)
private func transformTileRow(_ planes: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let rowStride = ImagePlanes.rowStride, apart = ImageTiles.pointStride
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
    let column1 = outputColumn(inputs + ImageTiles.pointStride, u + apart, apart, row)
    let column2 = outputColumn(inputs + 2 * ImageTiles.pointStride, u + 2 * apart, apart, row)
    let column3 = outputColumn(inputs + 3 * ImageTiles.pointStride, u + 3 * apart, apart, row)
    let column4 = outputColumn(inputs + 4 * ImageTiles.pointStride, u + 4 * apart, apart, row)
    let column5 = outputColumn(inputs + 5 * ImageTiles.pointStride, u + 5 * apart, apart, row)
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
    let next = ImageTiles.pointStride
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

/// Writes the place of a peak in its window.
@_transparent
private func writePlace(
    _ values: Four<Vector>, _ peak: Vector, _ places: UnsafeMutablePointer<UInt8>, _ index: Int
) {
    var place = Integers.choose(values.2, equals: peak, Integers(repeating: 2), else: Integers(repeating: 3))
    place = Integers.choose(values.1, equals: peak, Integers(repeating: 1), else: place)
    place = Integers.choose(values.0, equals: peak, Integers(repeating: 0), else: place)
    UnsafeMutableRawPointer(places + index).storeBytes(of: place.bytes, as: type(of: place.bytes))
}
