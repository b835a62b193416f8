// The plain form of the Winograd kernels, one channel at a time.

public func winogradInputReference(padded: UnsafePointer<Float>, shape: ActivationShape, planes: WinogradPlanes) {
    forEachTile(shape) { tile, row, column in
        for channel in 0..<shape.channels {
            let start = padded + row * shape.paddedRowStride + column * shape.channels + channel
            let tileValues = transformed(6, WinogradSide.input as (Six<Float>) -> Six<Float>) { i, j in
                start[i * shape.paddedRowStride + j * shape.channels]
            }
            planes.write(tileValues, row: tile, column: channel)
        }
    }
}

public func winogradOutputReference(
    planes: WinogradPlanes, shape: ActivationShape, channels: Int, output: UnsafeMutablePointer<Float>?,
    peakSigns: UnsafePointer<Float>, summary: OutputSummary, scratch: UnsafeMutablePointer<Float>
) {
    var statistics = [ShiftedStatistics](repeating: ShiftedStatistics(), count: channels)
    forEachTile(shape) { tile, row, column in
        for channel in 0..<channels {
            let values = transformed(6, WinogradSide.output as (Six<Float>) -> Four<Float>) { i, j in
                planes.value(6 * i + j, row: tile, column: channel)
            }
            for (index, value) in values.enumerated() {
                let pixel = (row + index / 4) * shape.width + column + index % 4
                output?[pixel * shape.channels + channel] = value
            }
            if summary.statistics != nil { statistics[channel].add(tile: values) }
            forEachWindow(shape, row: row, column: column, values) { pixel, corners in
                summary.peaks[pixel * shape.channels + channel] = peak(of: corners, slope: peakSigns[channel])
            }
        }
    }
    guard let written = summary.statistics else { return }
    for channel in 0..<channels { statistics[channel].write(written, channel, pixels: shape.pixels) }
}

public func winogradOutputGradientReference(
    gradient: PooledGradient, output: UnsafePointer<Float>, channels: Range<Int>, planes: WinogradPlanes
) {
    forEachTile(gradient.shape) { tile, row, column in
        for channel in channels {
            let windows = [0, 1, 2, 3].map { gradient.window(output, row / 2 + $0 / 2, column / 2 + $0 % 2, channel) }
            let values = transformed(4, WinogradSide.outputGradient as (Four<Float>) -> Six<Float>) { i, j in
                let window = windows[i / 2 * 2 + j / 2]
                return [window.0, window.1, window.2, window.3][i % 2 * 2 + j % 2]
            }
            planes.write(values, row: tile, column: channel - channels.lowerBound)
        }
    }
}

public func winogradInputGradientReference(
    planes: WinogradPlanes, shape: ActivationShape, padded: UnsafeMutablePointer<Float>
) {
    forEachTile(shape) { tile, row, column in
        for channel in 0..<shape.channels {
            let start = padded + row * shape.paddedRowStride + column * shape.channels + channel
            let values = transformed(6, WinogradSide.inputGradient as (Six<Float>) -> Six<Float>) { i, j in
                planes.value(6 * i + j, row: tile, column: channel)
            }
            for (index, value) in values.enumerated() {
                let place = index / 6 * shape.paddedRowStride + index % 6 * shape.channels
                let isMet = row > 0 && index / 6 < 2 || column > 0 && index % 6 < 2
                start[place] = isMet ? start[place] + value : value
            }
        }
    }
}

public func winogradWeightsReference(filters: FilterView, planes: WinogradPlanes) {
    filters.forEachElement { row, column, start in
        let values = transformed(3, WinogradSide.weights as ((Float, Float, Float)) -> Six<Float>) { i, j in
            start[(3 * i + j) * filters.tapStride]
        }
        planes.write(values, row: row, column: column)
    }
}

public func winogradWeightGradientReference(planes: WinogradPlanes, filters: FilterView) {
    filters.forEachElement { row, column, start in
        let values = transformed(6, WinogradSide.weightGradient as (Six<Float>) -> (Float, Float, Float)) { i, j in
            planes.value(6 * i + j, row: row, column: column)
        }
        for (tap, value) in values.enumerated() { start[tap * filters.tapStride] = value }
    }
}

/// L X Lᵀ, row by row, for a transform L along a side: first down the columns of X, then along the rows of the result.
func transformed<Input, Output>(
    _ side: Int, _ transform: (Input) -> Output, _ value: (_ row: Int, _ column: Int) -> Float
) -> [Float] {
    let down = (0..<side).map { column in
        values(of: transform(tuple(of: (0..<side).map { value($0, column) })))
    }
    return down[0].indices.flatMap { row in values(of: transform(tuple(of: down.map { $0[row] }))) }
}

/// A tuple of Floats lies in memory as an array of them does.
private func tuple<Tuple>(of values: [Float]) -> Tuple {
    return values.withUnsafeBytes { $0.loadUnaligned(as: Tuple.self) }
}

private func values<Tuple>(of tuple: Tuple) -> [Float] {
    withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: Float.self)) }
}

/// Calls `body` with each tile of 4×4 places, row by row, and its first row and column.
func forEachTile(_ shape: ActivationShape, _ body: (_ tile: Int, _ row: Int, _ column: Int) -> Void) {
    var tile = 0
    for row in stride(from: 0, to: shape.height, by: 4) {
        for column in stride(from: 0, to: shape.width, by: 4) {
            body(tile, row, column)
            tile += 1
        }
    }
}

extension WinogradPlanes {
    fileprivate func value(_ plane: Int, row: Int, column: Int) -> Float {
        start[plane * planeStride + row * rowStride + column]
    }

    fileprivate func write(_ values: [Float], row: Int, column: Int) {
        for (plane, value) in values.enumerated() { start[plane * planeStride + row * rowStride + column] = value }
    }
}

extension FilterView {
    fileprivate func forEachElement(
        _ body: (_ row: Int, _ column: Int, _ start: UnsafeMutablePointer<Float>) -> Void
    ) {
        for row in 0..<size.rows {
            for column in 0..<size.columns { body(row, column, start + row * rowStride + column) }
        }
    }
}
