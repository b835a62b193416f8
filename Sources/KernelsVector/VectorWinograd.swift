import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. Tiles are outside and channels inside, a vector of them at
// a time: the other order costs half as much again.

func winogradInput(padded: UnsafePointer<Float>, shape: ActivationShape, planes: WinogradPlanes) {
    let C = shape.channels, down = shape.paddedRowStride, apart = planes.planeStride
    var target = planes.start
    for row in 0..<shape.height / 4 {
        for column in 0..<shape.width / 4 {
            let corner = padded + 4 * row * down + 4 * column * C
            for channel in VectorStarts(0..<C) {
                let start = corner + channel, place = target + channel
                let column0 = WinogradSide.input(loadSix(start, down))
                let column1 = WinogradSide.input(loadSix(start + C, down))
                let column2 = WinogradSide.input(loadSix(start + 2 * C, down))
                let column3 = WinogradSide.input(loadSix(start + 3 * C, down))
                let column4 = WinogradSide.input(loadSix(start + 4 * C, down))
                let column5 = WinogradSide.input(loadSix(start + 5 * C, down))
                storeSix(
                    WinogradSide.input((column0.0, column1.0, column2.0, column3.0, column4.0, column5.0)), place, apart
                )
                storeSix(
                    WinogradSide.input((column0.1, column1.1, column2.1, column3.1, column4.1, column5.1)),
                    place + 6 * apart, apart)
                storeSix(
                    WinogradSide.input((column0.2, column1.2, column2.2, column3.2, column4.2, column5.2)),
                    place + 12 * apart, apart)
                storeSix(
                    WinogradSide.input((column0.3, column1.3, column2.3, column3.3, column4.3, column5.3)),
                    place + 18 * apart, apart)
                storeSix(
                    WinogradSide.input((column0.4, column1.4, column2.4, column3.4, column4.4, column5.4)),
                    place + 24 * apart, apart)
                storeSix(
                    WinogradSide.input((column0.5, column1.5, column2.5, column3.5, column4.5, column5.5)),
                    place + 30 * apart, apart)
            }
            target += planes.rowStride
        }
    }
}

func winogradOutput(
    planes: WinogradPlanes, shape: ActivationShape, channels: Int, output: UnsafeMutablePointer<Float>?,
    peakSigns: UnsafePointer<Float>, summary: OutputSummary, scratch: UnsafeMutablePointer<Float>
) {
    if isAnyBelowZero(peakSigns, channels) {
        transformOutput(planes, shape, channels, output, peakSigns, summary, scratch, mayFall: true)
    } else {
        transformOutput(planes, shape, channels, output, peakSigns, summary, scratch, mayFall: false)
    }
}

@inline(__always)
private func transformOutput(
    _ planes: WinogradPlanes, _ shape: ActivationShape, _ channels: Int, _ output: UnsafeMutablePointer<Float>?,
    _ peakSigns: UnsafePointer<Float>, _ summary: OutputSummary, _ scratch: UnsafeMutablePointer<Float>, mayFall: Bool
) {
    let C = shape.channels, down = shape.width * C, apart = planes.planeStride
    var source = planes.start
    scratch.update(repeating: 0, count: OutputSummary.scratchCount(channels: channels))
    for row in 0..<shape.height / 4 {
        for column in 0..<shape.width / 4 {
            let corner = 4 * row * down + 4 * column * C, peak = row * down + 2 * column * C
            for channel in VectorStarts(0..<channels) {
                let place = source + channel
                let column0 = WinogradSide.output(loadSix(place, 6 * apart))
                let column1 = WinogradSide.output(loadSix(place + apart, 6 * apart))
                let column2 = WinogradSide.output(loadSix(place + 2 * apart, 6 * apart))
                let column3 = WinogradSide.output(loadSix(place + 3 * apart, 6 * apart))
                let column4 = WinogradSide.output(loadSix(place + 4 * apart, 6 * apart))
                let column5 = WinogradSide.output(loadSix(place + 5 * apart, 6 * apart))
                let values = (
                    WinogradSide.output((column0.0, column1.0, column2.0, column3.0, column4.0, column5.0)),
                    WinogradSide.output((column0.1, column1.1, column2.1, column3.1, column4.1, column5.1)),
                    WinogradSide.output((column0.2, column1.2, column2.2, column3.2, column4.2, column5.2)),
                    WinogradSide.output((column0.3, column1.3, column2.3, column3.3, column4.3, column5.3))
                )
                if let output {
                    let line = output + corner + channel
                    storeFour(values.0, line, C)
                    storeFour(values.1, line + down, C)
                    storeFour(values.2, line + 2 * down, C)
                    storeFour(values.3, line + 3 * down, C)
                }
                if summary.statistics != nil {
                    var statistics = TileStatistics(scratch + channel, channels)
                    if row == 0, column == 0 { statistics.origin = values.3.3 }
                    statistics.add(values)
                    statistics.save(scratch + channel, channels)
                }
                let peaks = TileWindows(values).peaks(load(peakSigns, channel), mayFall: mayFall)
                let line = summary.peaks + peak + channel
                store(peaks.0, line, 0)
                store(peaks.1, line, C)
                store(peaks.2, line, down / 2)
                store(peaks.3, line, down / 2 + C)
            }
            source += planes.rowStride
        }
    }
    guard let written = summary.statistics else { return }
    for channel in VectorStarts(0..<channels) {
        TileStatistics(scratch + channel, channels).write(written, channel, pixels: shape.pixels)
    }
}

func winogradInputGradient(planes: WinogradPlanes, shape: ActivationShape, padded: UnsafeMutablePointer<Float>) {
    let C = shape.channels, down = shape.paddedRowStride, apart = planes.planeStride
    var source = planes.start
    for row in 0..<shape.height / 4 {
        for column in 0..<shape.width / 4 {
            let corner = padded + 4 * row * down + 4 * column * C
            for channel in VectorStarts(0..<C) {
                let place = source + channel, line = corner + channel
                let column0 = WinogradSide.inputGradient(loadSix(place, 6 * apart))
                let column1 = WinogradSide.inputGradient(loadSix(place + apart, 6 * apart))
                let column2 = WinogradSide.inputGradient(loadSix(place + 2 * apart, 6 * apart))
                let column3 = WinogradSide.inputGradient(loadSix(place + 3 * apart, 6 * apart))
                let column4 = WinogradSide.inputGradient(loadSix(place + 4 * apart, 6 * apart))
                let column5 = WinogradSide.inputGradient(loadSix(place + 5 * apart, 6 * apart))
                putSix(
                    WinogradSide.inputGradient((column0.0, column1.0, column2.0, column3.0, column4.0, column5.0)),
                    line, C, row > 0, row > 0 || column > 0)
                putSix(
                    WinogradSide.inputGradient((column0.1, column1.1, column2.1, column3.1, column4.1, column5.1)),
                    line + down, C, row > 0, row > 0 || column > 0)
                putSix(
                    WinogradSide.inputGradient((column0.2, column1.2, column2.2, column3.2, column4.2, column5.2)),
                    line + 2 * down, C, false, column > 0)
                putSix(
                    WinogradSide.inputGradient((column0.3, column1.3, column2.3, column3.3, column4.3, column5.3)),
                    line + 3 * down, C, false, column > 0)
                putSix(
                    WinogradSide.inputGradient((column0.4, column1.4, column2.4, column3.4, column4.4, column5.4)),
                    line + 4 * down, C, false, column > 0)
                putSix(
                    WinogradSide.inputGradient((column0.5, column1.5, column2.5, column3.5, column4.5, column5.5)),
                    line + 5 * down, C, false, column > 0)
            }
            source += planes.rowStride
        }
    }
}

/// Writes a line of six pixels, or adds it to what is there: the first two, and the others.
@_transparent
private func putSix(
    _ values: Six<Vector>, _ start: UnsafeMutablePointer<Float>, _ apart: Int, _ addsOthers: Bool, _ addsFirst: Bool
) {
    store(addsFirst ? load(start, 0) + values.0 : values.0, start, 0)
    store(addsFirst ? load(start, apart) + values.1 : values.1, start, apart)
    store(addsOthers ? load(start, 2 * apart) + values.2 : values.2, start, 2 * apart)
    store(addsOthers ? load(start, 3 * apart) + values.3 : values.3, start, 3 * apart)
    store(addsOthers ? load(start, 4 * apart) + values.4 : values.4, start, 4 * apart)
    store(addsOthers ? load(start, 5 * apart) + values.5 : values.5, start, 5 * apart)
}

func winogradOutputGradient(
    gradient: PooledGradient, output: UnsafePointer<Float>, channels: Range<Int>, planes: WinogradPlanes
) {
    let shape = gradient.shape
    let C = shape.channels, down = shape.width * C, apart = planes.planeStride
    let peaksDown = down / 2, gradientDown = gradient.dPooledRowStride
    var target = planes.start - channels.lowerBound
    for row in 0..<shape.height / 4 {
        for column in 0..<shape.width / 4 {
            let peak = 2 * row * peaksDown + 2 * column * C, dPooled = 2 * row * gradientDown + 2 * column * C
            let corner = output + 4 * row * down + 4 * column * C
            for channel in VectorStarts(channels) {
                let start = corner + channel
                let unpooling = Unpooling(gradient, channel, channels: C)
                let topLeft = unpooling.window(peak, dPooled, start, down)
                let lowLeft = unpooling.window(peak + peaksDown, dPooled + gradientDown, start + 2 * down, down)
                let column0 = WinogradSide.outputGradient((topLeft.0, topLeft.2, lowLeft.0, lowLeft.2))
                let column1 = WinogradSide.outputGradient((topLeft.1, topLeft.3, lowLeft.1, lowLeft.3))
                let topRight = unpooling.window(peak + C, dPooled + C, start + 2 * C, down)
                let lowRight = unpooling.window(
                    peak + peaksDown + C, dPooled + gradientDown + C, start + 2 * down + 2 * C, down)
                let column2 = WinogradSide.outputGradient((topRight.0, topRight.2, lowRight.0, lowRight.2))
                let column3 = WinogradSide.outputGradient((topRight.1, topRight.3, lowRight.1, lowRight.3))
                let place = target + channel
                storeSix(
                    WinogradSide.outputGradient((column0.0, column1.0, column2.0, column3.0)), place, apart)
                storeSix(
                    WinogradSide.outputGradient((column0.1, column1.1, column2.1, column3.1)), place + 6 * apart, apart)
                storeSix(
                    WinogradSide.outputGradient((column0.2, column1.2, column2.2, column3.2)), place + 12 * apart, apart
                )
                storeSix(
                    WinogradSide.outputGradient((column0.3, column1.3, column2.3, column3.3)), place + 18 * apart, apart
                )
                storeSix(
                    WinogradSide.outputGradient((column0.4, column1.4, column2.4, column3.4)), place + 24 * apart, apart
                )
                storeSix(
                    WinogradSide.outputGradient((column0.5, column1.5, column2.5, column3.5)), place + 30 * apart, apart
                )
            }
            target += planes.rowStride
        }
    }
}

func winogradWeights(filters: FilterView, planes: WinogradPlanes) {
    for row in 0..<filters.size.rows {
        for column in VectorStarts(0..<filters.size.columns) {
            let start = filters.start + row * filters.rowStride + column, tap = filters.tapStride
            let column0 = WinogradSide.weights((load(start, 0), load(start, 3 * tap), load(start, 6 * tap)))
            let column1 = WinogradSide.weights((load(start, tap), load(start, 4 * tap), load(start, 7 * tap)))
            let column2 = WinogradSide.weights((load(start, 2 * tap), load(start, 5 * tap), load(start, 8 * tap)))
            let place = planes.start + row * planes.rowStride + column, apart = planes.planeStride
            storeSix(WinogradSide.weights((column0.0, column1.0, column2.0)), place, apart)
            storeSix(WinogradSide.weights((column0.1, column1.1, column2.1)), place + 6 * apart, apart)
            storeSix(WinogradSide.weights((column0.2, column1.2, column2.2)), place + 12 * apart, apart)
            storeSix(WinogradSide.weights((column0.3, column1.3, column2.3)), place + 18 * apart, apart)
            storeSix(WinogradSide.weights((column0.4, column1.4, column2.4)), place + 24 * apart, apart)
            storeSix(WinogradSide.weights((column0.5, column1.5, column2.5)), place + 30 * apart, apart)
        }
    }
}

func winogradWeightGradient(planes: WinogradPlanes, filters: FilterView) {
    for row in 0..<filters.size.rows {
        for column in VectorStarts(0..<filters.size.columns) {
            let start = filters.start + row * filters.rowStride + column, tap = filters.tapStride
            let place = planes.start + row * planes.rowStride + column, apart = planes.planeStride
            let column0 = WinogradSide.weightGradient(loadSix(place, 6 * apart))
            let column1 = WinogradSide.weightGradient(loadSix(place + apart, 6 * apart))
            let column2 = WinogradSide.weightGradient(loadSix(place + 2 * apart, 6 * apart))
            let column3 = WinogradSide.weightGradient(loadSix(place + 3 * apart, 6 * apart))
            let column4 = WinogradSide.weightGradient(loadSix(place + 4 * apart, 6 * apart))
            let column5 = WinogradSide.weightGradient(loadSix(place + 5 * apart, 6 * apart))
            storeThree(
                WinogradSide.weightGradient((column0.0, column1.0, column2.0, column3.0, column4.0, column5.0)), start,
                tap)
            storeThree(
                WinogradSide.weightGradient((column0.1, column1.1, column2.1, column3.1, column4.1, column5.1)),
                start + 3 * tap, tap)
            storeThree(
                WinogradSide.weightGradient((column0.2, column1.2, column2.2, column3.2, column4.2, column5.2)),
                start + 6 * tap, tap)
        }
    }
}

// Values at places that lie `apart` floats from each other.

@_transparent
func loadSix(_ start: UnsafePointer<Float>, _ apart: Int) -> Six<Vector> {
    (
        load(start, 0), load(start, apart), load(start, 2 * apart), load(start, 3 * apart), load(start, 4 * apart),
        load(start, 5 * apart)
    )
}

@_transparent
func storeSix(_ values: Six<Vector>, _ start: UnsafeMutablePointer<Float>, _ apart: Int) {
    store(values.0, start, 0)
    store(values.1, start, apart)
    store(values.2, start, 2 * apart)
    store(values.3, start, 3 * apart)
    store(values.4, start, 4 * apart)
    store(values.5, start, 5 * apart)
}

@_transparent
private func storeFour(_ values: Four<Vector>, _ start: UnsafeMutablePointer<Float>, _ apart: Int) {
    store(values.0, start, 0)
    store(values.1, start, apart)
    store(values.2, start, 2 * apart)
    store(values.3, start, 3 * apart)
}

@_transparent
private func storeThree(
    _ values: (Vector, Vector, Vector), _ start: UnsafeMutablePointer<Float>, _ apart: Int
) {
    store(values.0, start, 0)
    store(values.1, start, apart)
    store(values.2, start, 2 * apart)
}
