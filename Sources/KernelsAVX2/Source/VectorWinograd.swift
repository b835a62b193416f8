import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. Tiles are outside and channels inside, a vector of them at
// a time: the other order costs half as much again.

extension Vector: WinogradValue {}

func winogradInput(padded: UnsafePointer<Float>, shape: ActivationShape, planes: WinogradPlanes) {
    let C = shape.channels, down = shape.paddedRowStride
    forEachTile(shape) { tile, row, column in
        let corner = padded + row * down + column * C
        for channel in VectorStarts(0..<C) {
            let columns = sixTimes { j in
                WinogradSide.input(loadSix(corner + j * C + channel, apart: down))
            }
            planes.write(sixTimes { i in WinogradSide.input(across(columns, i)) }, row: tile, column: channel)
        }
    }
}

func winogradOutput(
    planes: WinogradPlanes, shape: ActivationShape, channels: Int, output: UnsafeMutablePointer<Float>
) {
    let C = shape.channels, down = shape.width * C
    forEachTile(shape) { tile, row, column in
        let corner = output + (row * shape.width + column) * C
        for channel in VectorStarts(0..<channels) {
            let columns = sixTimes { j in WinogradSide.output(planes.column(j, row: tile, column: channel)) }
            for i in 0..<4 {
                let values = WinogradSide.output(across(columns, i)), line = corner + i * down + channel
                store(values.0, line, 0)
                store(values.1, line, C)
                store(values.2, line, 2 * C)
                store(values.3, line, 3 * C)
            }
        }
    }
}

func winogradInputGradient(planes: WinogradPlanes, shape: ActivationShape, padded: UnsafeMutablePointer<Float>) {
    let C = shape.channels, down = shape.paddedRowStride
    forEachTile(shape) { tile, row, column in
        let corner = padded + row * down + column * C
        for channel in VectorStarts(0..<C) {
            let columns = sixTimes { j in WinogradSide.inputGradient(planes.column(j, row: tile, column: channel)) }
            for i in 0..<6 {
                let values = WinogradSide.inputGradient(across(columns, i)), line = corner + i * down + channel
                store(load(line, 0) + values.0, line, 0)
                store(load(line, C) + values.1, line, C)
                store(load(line, 2 * C) + values.2, line, 2 * C)
                store(load(line, 3 * C) + values.3, line, 3 * C)
                store(load(line, 4 * C) + values.4, line, 4 * C)
                store(load(line, 5 * C) + values.5, line, 5 * C)
            }
        }
    }
}

func winogradOutputGradient(gradient: PooledGradient, channels: Range<Int>, planes: WinogradPlanes) {
    let shape = gradient.shape
    forEachTile(shape) { tile, row, column in
        for channel in VectorStarts(channels) {
            let unpooling = Unpooling(gradient, channel)
            let topLeft = unpooling.window(row / 2, column / 2), topRight = unpooling.window(row / 2, column / 2 + 1)
            let lowLeft = unpooling.window(row / 2 + 1, column / 2)
            let lowRight = unpooling.window(row / 2 + 1, column / 2 + 1)
            let columns = (
                WinogradSide.outputGradient((topLeft.0, topLeft.2, lowLeft.0, lowLeft.2)),
                WinogradSide.outputGradient((topLeft.1, topLeft.3, lowLeft.1, lowLeft.3)),
                WinogradSide.outputGradient((topRight.0, topRight.2, lowRight.0, lowRight.2)),
                WinogradSide.outputGradient((topRight.1, topRight.3, lowRight.1, lowRight.3))
            )
            planes.write(
                sixTimes { i in WinogradSide.outputGradient(across(columns, i)) }, row: tile,
                column: channel - channels.lowerBound)
        }
    }
}

func winogradWeights(filters: FilterView, planes: WinogradPlanes) {
    for row in 0..<filters.size.rows {
        for column in VectorStarts(0..<filters.size.columns) {
            let start = filters.start + row * filters.rowStride + column, tap = filters.tapStride
            let columns = (
                WinogradSide.weights((load(start, 0), load(start, 3 * tap), load(start, 6 * tap))),
                WinogradSide.weights((load(start, tap), load(start, 4 * tap), load(start, 7 * tap))),
                WinogradSide.weights((load(start, 2 * tap), load(start, 5 * tap), load(start, 8 * tap)))
            )
            planes.write(sixTimes { i in WinogradSide.weights(across(columns, i)) }, row: row, column: column)
        }
    }
}

func winogradWeightGradient(planes: WinogradPlanes, filters: FilterView) {
    for row in 0..<filters.size.rows {
        for column in VectorStarts(0..<filters.size.columns) {
            let start = filters.start + row * filters.rowStride + column, tap = filters.tapStride
            let columns = sixTimes { j in WinogradSide.weightGradient(planes.column(j, row: row, column: column)) }
            for i in 0..<3 {
                let values = WinogradSide.weightGradient(across(columns, i))
                store(values.0, start, 3 * i * tap)
                store(values.1, start, (3 * i + 1) * tap)
                store(values.2, start, (3 * i + 2) * tap)
            }
        }
    }
}

/// Calls `body` with each tile of 4×4 places, row by row, and its first row and column.
@_transparent
private func forEachTile(_ shape: ActivationShape, _ body: (_ tile: Int, _ row: Int, _ column: Int) -> Void) {
    let across = shape.width / 4
    for tile in 0..<shape.height / 4 * across {
        body(tile, tile / across * 4, tile % across * 4)
    }
}

@inline(__always)
private func sixTimes<Value>(_ value: (_ index: Int) -> Value) -> Six<Value> {
    (value(0), value(1), value(2), value(3), value(4), value(5))
}

@inline(__always)
private func loadSix(_ start: UnsafePointer<Float>, apart: Int) -> Six<Vector> {
    sixTimes { load(start, $0 * apart) }
}

// Row i of columns; i is known to the compiler wherever these are inlined.

@inline(__always)
private func across(_ columns: Six<Six<Vector>>, _ i: Int) -> Six<Vector> {
    (
        element(columns.0, i), element(columns.1, i), element(columns.2, i), element(columns.3, i),
        element(columns.4, i), element(columns.5, i)
    )
}

@inline(__always)
private func across(_ columns: Six<Four<Vector>>, _ i: Int) -> Six<Vector> {
    (
        element(columns.0, i), element(columns.1, i), element(columns.2, i), element(columns.3, i),
        element(columns.4, i), element(columns.5, i)
    )
}

@inline(__always)
private func across(_ columns: Six<(Vector, Vector, Vector)>, _ i: Int) -> Six<Vector> {
    (
        element(columns.0, i), element(columns.1, i), element(columns.2, i), element(columns.3, i),
        element(columns.4, i), element(columns.5, i)
    )
}

@inline(__always)
private func across(_ columns: Four<Six<Vector>>, _ i: Int) -> Four<Vector> {
    (element(columns.0, i), element(columns.1, i), element(columns.2, i), element(columns.3, i))
}

@inline(__always)
private func across(
    _ columns: (Six<Vector>, Six<Vector>, Six<Vector>), _ i: Int
) -> (Vector, Vector, Vector) {
    (element(columns.0, i), element(columns.1, i), element(columns.2, i))
}

@inline(__always)
private func element(_ values: Six<Vector>, _ index: Int) -> Vector {
    switch index {
    case 0: values.0
    case 1: values.1
    case 2: values.2
    case 3: values.3
    case 4: values.4
    default: values.5
    }
}

@inline(__always)
private func element(_ values: Four<Vector>, _ index: Int) -> Vector {
    switch index {
    case 0: values.0
    case 1: values.1
    case 2: values.2
    default: values.3
    }
}

@inline(__always)
private func element(_ values: (Vector, Vector, Vector), _ index: Int) -> Vector {
    switch index {
    case 0: values.0
    case 1: values.1
    default: values.2
    }
}

extension WinogradPlanes {
    /// The six values of a column of points.
    @inline(__always)
    fileprivate func column(_ j: Int, row: Int, column: Int) -> Six<Vector> {
        loadSix(start + j * planeStride + row * rowStride + column, apart: 6 * planeStride)
    }

    /// Writes a tile's values: six rows of six.
    @inline(__always)
    fileprivate func write(_ rows: Six<Six<Vector>>, row: Int, column: Int) {
        let place = start + row * rowStride + column
        write(rows.0, place, 0)
        write(rows.1, place, 6)
        write(rows.2, place, 12)
        write(rows.3, place, 18)
        write(rows.4, place, 24)
        write(rows.5, place, 30)
    }

    @inline(__always)
    private func write(_ values: Six<Vector>, _ place: UnsafeMutablePointer<Float>, _ first: Int) {
        store(values.0, place, first * planeStride)
        store(values.1, place, (first + 1) * planeStride)
        store(values.2, place, (first + 2) * planeStride)
        store(values.3, place, (first + 3) * planeStride)
        store(values.4, place, (first + 4) * planeStride)
        store(values.5, place, (first + 5) * planeStride)
    }
}
