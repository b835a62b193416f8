import Kernels

// Tiles of six, four or one rows by one strip of columns, whose sums stay in registers over the whole of k. Strips are
// outside, so that a strip of the right operand is in the first-level cache while the rows pass over it.

func matrixProduct(
    left: LeftMatrix, right: RightMatrix, size: ProductSize, result: StridedOutput, accumulating: Bool
) {
    var column = 0
    while column < size.columns {
        let lanes = (size.columns - column) / Vector.scalarCount
        let strip = RightMatrix(right.start + column, innerStride: right.innerStride)
        let target = StridedOutput(start: result.start + column, rowStride: result.rowStride)
        if widestStrip >= 4, lanes >= 4 {
            multiplyStrip(FourVectors.self, left, strip, size, target, accumulating)
            column += 4 * Vector.scalarCount
        } else if lanes >= 2 {
            multiplyStrip(TwoVectors.self, left, strip, size, target, accumulating)
            column += 2 * Vector.scalarCount
        } else if lanes >= 1 {
            multiplyStrip(OneVector.self, left, strip, size, target, accumulating)
            column += Vector.scalarCount
        } else {
            multiplyStrip(NarrowestStrip.self, left, strip, size, target, accumulating)
            column += NarrowestStrip.width
        }
    }
}

/// All rows of one strip.
@inline(__always)
private func multiplyStrip<S: Strip>(
    _ type: S.Type, _ left: LeftMatrix, _ right: RightMatrix, _ size: ProductSize, _ result: StridedOutput,
    _ accumulating: Bool
) {
    var row = 0
    while row < size.rows {
        let rest = size.rows - row
        let rows = LeftMatrix(
            left.start + row * left.rowStride, rowStride: left.rowStride, innerStride: left.innerStride)
        let target = StridedOutput(start: result.start + row * result.rowStride, rowStride: result.rowStride)
        // Eight rows are two times four: two rows alone would leave the multipliers waiting.
        if rest >= 6, rest != 8 {
            multiplySixRows(type, rows, right, size.inner, target, accumulating)
            row += 6
        } else if rest >= 4 {
            multiplyFourRows(type, rows, right, size.inner, target, accumulating)
            row += 4
        } else {
            multiplyRow(type, rows, right, size.inner, target, accumulating)
            row += 1
        }
    }
}

@inline(__always)
private func multiplySixRows<S: Strip>(
    _ type: S.Type, _ left: LeftMatrix, _ right: RightMatrix, _ inner: Int, _ result: StridedOutput,
    _ accumulating: Bool
) {
    var sum0 = S(), sum1 = S(), sum2 = S(), sum3 = S(), sum4 = S(), sum5 = S()
    var factors = left.start, line = right.start
    let stride = left.rowStride
    for _ in 0..<inner {
        let values = S(loading: line)
        sum0.addProduct(factors[0], values)
        sum1.addProduct(factors[stride], values)
        sum2.addProduct(factors[2 * stride], values)
        sum3.addProduct(factors[3 * stride], values)
        sum4.addProduct(factors[4 * stride], values)
        sum5.addProduct(factors[5 * stride], values)
        factors += left.innerStride
        line += right.innerStride
    }
    sum0.finish(result, row: 0, accumulating)
    sum1.finish(result, row: 1, accumulating)
    sum2.finish(result, row: 2, accumulating)
    sum3.finish(result, row: 3, accumulating)
    sum4.finish(result, row: 4, accumulating)
    sum5.finish(result, row: 5, accumulating)
}

@inline(__always)
private func multiplyFourRows<S: Strip>(
    _ type: S.Type, _ left: LeftMatrix, _ right: RightMatrix, _ inner: Int, _ result: StridedOutput,
    _ accumulating: Bool
) {
    var sum0 = S(), sum1 = S(), sum2 = S(), sum3 = S()
    var factors = left.start, line = right.start
    let stride = left.rowStride
    for _ in 0..<inner {
        let values = S(loading: line)
        sum0.addProduct(factors[0], values)
        sum1.addProduct(factors[stride], values)
        sum2.addProduct(factors[2 * stride], values)
        sum3.addProduct(factors[3 * stride], values)
        factors += left.innerStride
        line += right.innerStride
    }
    sum0.finish(result, row: 0, accumulating)
    sum1.finish(result, row: 1, accumulating)
    sum2.finish(result, row: 2, accumulating)
    sum3.finish(result, row: 3, accumulating)
}

@inline(__always)
private func multiplyRow<S: Strip>(
    _ type: S.Type, _ left: LeftMatrix, _ right: RightMatrix, _ inner: Int, _ result: StridedOutput,
    _ accumulating: Bool
) {
    var sum = S()
    for k in 0..<inner {
        sum.addProduct(left.start[k * left.innerStride], S(loading: right.start + k * right.innerStride))
    }
    sum.finish(result, row: 0, accumulating)
}
