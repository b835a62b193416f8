// A 3×3 convolution as a matrix product: rows are pixels, columns are taps (row, column, then channel).

/// Gathers the 3×3 neighbourhood of each pixel of one padded image: `shape.pixels` rows of 9 · channels floats.
public func unfoldColumns(padded: UnsafePointer<Float>, shape: ActivationShape, columns: UnsafeMutablePointer<Float>) {
    let run = 3 * shape.channels
    var destination = columns
    for row in 0..<shape.height {
        for column in 0..<shape.width {
            let corner = padded + row * shape.paddedRowStride + column * shape.channels
            for tapRow in 0..<3 {
                destination.update(from: corner + tapRow * shape.paddedRowStride, count: run)
                destination += run
            }
        }
    }
}

/// The transpose of `unfoldColumns`: adds each column's gradient to the pixel that it was read from.
///
/// `dInput`: one image of `shape`, dense. Each pixel sums its taps in the order of the columns, starting from 0.
public typealias FoldColumnsKernel =
    @Sendable (
        _ dColumns: UnsafePointer<Float>, _ shape: ActivationShape, _ dInput: UnsafeMutablePointer<Float>
    ) -> Void

public func foldColumnsReference(
    dColumns: UnsafePointer<Float>, shape: ActivationShape, dInput: UnsafeMutablePointer<Float>
) {
    let C = shape.channels
    for row in 0..<shape.height {
        for column in 0..<shape.width {
            for channel in 0..<C {
                var sum: Float = 0
                for (tapRow, tapColumn) in taps {
                    let fromRow = row + 1 - tapRow, fromColumn = column + 1 - tapColumn
                    guard (0..<shape.height).contains(fromRow), (0..<shape.width).contains(fromColumn) else { continue }
                    let pixel = fromRow * shape.width + fromColumn
                    sum += dColumns[(pixel * 9 + tapRow * 3 + tapColumn) * C + channel]
                }
                dInput[(row * shape.width + column) * C + channel] = sum
            }
        }
    }
}

private let taps = (0..<9).map { ($0 / 3, $0 % 3) }
