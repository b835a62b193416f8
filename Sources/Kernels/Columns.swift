// A 3×3 convolution as a matrix product: rows are pixels, columns are taps (row, column, then channel).

/// The floats from one row of columns to the next: 9 · channels, rounded up to a multiple of 4 with zeros, so that the
/// rows of the transpose can be taken four at a time.
public func columnStride(channels: Int) -> Int { (9 * channels + 3) / 4 * 4 }

/// Gathers the 3×3 neighbourhood of each pixel of one padded image into `shape.pixels` rows.
public func unfoldColumns(padded: UnsafePointer<Float>, shape: ActivationShape, columns: UnsafeMutablePointer<Float>) {
    let run = 3 * shape.channels, rest = columnStride(channels: shape.channels) - 3 * run
    var destination = columns
    for row in 0..<shape.height {
        for column in 0..<shape.width {
            let corner = padded + row * shape.paddedRowStride + column * shape.channels
            for tapRow in 0..<3 {
                destination.update(from: corner + tapRow * shape.paddedRowStride, count: run)
                destination += run
            }
            destination.update(repeating: 0, count: rest)
            destination += rest
        }
    }
}
