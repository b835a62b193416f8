import Kernels

func transpose(source: UnsafePointer<Float>, sourceStride: Int, size: MatrixSize, target: StridedOutput) {
    let across = size.columns / 16
    for block in 0..<size.rows / 16 * across {
        let row = block / across * 16, column = block % across * 16
        transposeBlock(
            source + row * sourceStride + column, sourceStride, target.start + column * target.rowStride + row,
            target.rowStride)
    }
}

private typealias Row = SIMD16<Float>
private typealias Rows = (Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row)

/// 16 × 16 floats in four rounds: each merges rows i and i + 8 lane by lane, so that four rounds turn the eight bits of
/// an element's place around.
@inline(__always)
private func transposeBlock(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
    func row(_ index: Int) -> Row {
        UnsafeRawPointer(source + index * sourceStride).loadUnaligned(as: Row.self)
    }
    func put(_ row: Row, _ index: Int) {
        UnsafeMutableRawPointer(target + index * targetStride).storeBytes(of: row, as: Row.self)
    }
    let rows = merged(
        merged(
            merged(
                merged(
                    (
                        row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7), row(8), row(9), row(10),
                        row(11), row(12), row(13), row(14), row(15)
                    )))))
    put(rows.0, 0)
    put(rows.1, 1)
    put(rows.2, 2)
    put(rows.3, 3)
    put(rows.4, 4)
    put(rows.5, 5)
    put(rows.6, 6)
    put(rows.7, 7)
    put(rows.8, 8)
    put(rows.9, 9)
    put(rows.10, 10)
    put(rows.11, 11)
    put(rows.12, 12)
    put(rows.13, 13)
    put(rows.14, 14)
    put(rows.15, 15)
}

@inline(__always)
private func merged(_ rows: Rows) -> Rows {
    let pair0 = merged(rows.0, rows.8), pair1 = merged(rows.1, rows.9), pair2 = merged(rows.2, rows.10)
    let pair3 = merged(rows.3, rows.11), pair4 = merged(rows.4, rows.12), pair5 = merged(rows.5, rows.13)
    let pair6 = merged(rows.6, rows.14), pair7 = merged(rows.7, rows.15)
    return (
        pair0.low, pair0.high, pair1.low, pair1.high, pair2.low, pair2.high, pair3.low, pair3.high, pair4.low,
        pair4.high, pair5.low, pair5.high, pair6.low, pair6.high, pair7.low, pair7.high
    )
}

@inline(__always)
private func merged(_ even: Row, _ odd: Row) -> (low: Row, high: Row) {
    var low = Row(), high = Row()
    low.evenHalf = even.lowHalf
    low.oddHalf = odd.lowHalf
    high.evenHalf = even.highHalf
    high.oddHalf = odd.highHalf
    return (low, high)
}
