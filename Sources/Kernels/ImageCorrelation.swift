// The norm's gradient gives every pixel a share, slope · (y − centre) + offset. Since y is the weights times the
// pixel's patch, the sum over pixels of patch · y is R times the weights, R being the 27×27 sum of patch · patchᵀ: the
// image's correlation with itself, which needs neither y nor a product for each channel.
//
// R holds each pair of pixels at a displacement many times, and only the borders differ. So what is summed is, for each
// displacement and pair of planes, X[u] · X′[u + displacement] by column of u, apart for the first, the inner and the
// last row of u. Everything that R needs can be added up from that.

/// Weighted sums of correlations over images. All are linear, so images and shards simply add up.
public struct ImageCorrelation {
    /// Σ w · X[u] · X′[u + d] for each displacement, pair of planes, kind of row and column, then Σ w · X and Σ v · X
    /// for each plane, kind of row and column.
    public var start: UnsafeMutablePointer<Float>

    public init(start: UnsafeMutablePointer<Float>) {
        self.start = start
    }

    public static let displacementCount = 13

    /// Rows and columns from u to the other pixel: (0…2, 0), (−2…2, 1), (−2…2, 2). The opposite ones follow from
    /// exchanging the planes.
    @inlinable
    public static func displacement(_ index: Int) -> (row: Int, column: Int) {
        index < 3 ? (index, 0) : ((index - 3) % 5 - 2, (index - 3) / 5 + 1)
    }

    static let lanes = ImagePlanes.side
    /// First row, inner rows, last row.
    static let kinds = 3
    public static let pairStride = kinds * lanes
    public static let displacementStride = 9 * pairStride
    public static let planeSums = displacementCount * displacementStride
    /// Floats in all.
    public static let count = planeSums + 2 * 3 * pairStride
}

/// Adds one image with weight `weight` for the products and the first plane sums, and `planeWeight` for the second.
///
/// An inner row's sums are chains over the rows, started at 0, then multiplied by the weight and added.
public typealias ImageCorrelationKernel =
    @Sendable (
        _ planes: UnsafePointer<Float>, _ weight: Float, _ planeWeight: Float, _ sums: ImageCorrelation
    ) -> Void

public func imageCorrelationReference(
    planes: UnsafePointer<Float>, weight: Float, planeWeight: Float, sums: ImageCorrelation
) {
    typealias P = ImagePlanes
    typealias C = ImageCorrelation
    let rows = [0..<1, 1..<P.side - 1, P.side - 1..<P.side]
    func pixel(_ plane: Int, _ row: Int, _ column: Int) -> Float {
        (-1...P.side).contains(row) ? planes[plane * P.planeStride + P.origin + row * P.rowStride + column] : 0
    }
    for index in 0..<C.displacementCount {
        let displacement = C.displacement(index)
        for pair in 0..<9 {
            for kind in 0..<C.kinds {
                for column in 0..<C.lanes {
                    let sum = rows[kind].reduce(Float(0)) { sum, row in
                        sum.addingProduct(
                            pixel(pair / 3, row, column),
                            pixel(pair % 3, row + displacement.row, column + displacement.column))
                    }
                    let place = index * C.displacementStride + pair * C.pairStride + kind * C.lanes + column
                    sums.start[place].addProduct(weight, sum)
                }
            }
        }
    }
    for plane in 0..<P.planes {
        for kind in 0..<C.kinds {
            for column in 0..<C.lanes {
                let sum = rows[kind].reduce(Float(0)) { $0 + pixel(plane, $1, column) }
                let place = C.planeSums + plane * C.pairStride + kind * C.lanes + column
                sums.start[place].addProduct(weight, sum)
                sums.start[place + 3 * C.pairStride].addProduct(planeWeight, sum)
            }
        }
    }
}

extension ImageCorrelation {
    /// R, 27 × 27 in PyTorch's order of taps (plane, row, column).
    public func patchProducts() -> [Double] {
        var result = [Double](repeating: 0, count: 27 * 27)
        for index in 0..<Self.displacementCount {
            let displacement = Self.displacement(index)
            for pair in 0..<9 {
                let sums = EdgeSums(start + index * Self.displacementStride + pair * Self.pairStride)
                for row in max(0, -displacement.row)...min(2, 2 - displacement.row) {
                    for column in 0...(2 - displacement.column) {
                        let tap = pair / 3 * 9 + row * 3 + column
                        let other = pair % 3 * 9 + (row + displacement.row) * 3 + column + displacement.column
                        let sum = sums[row, column]
                        result[tap * 27 + other] = sum
                        result[other * 27 + tap] = sum
                    }
                }
            }
        }
        return result
    }

    /// The sum of each tap over the pixels, with the first weights and with the second.
    public func patchSums() -> (weighted: [Double], planeWeighted: [Double]) {
        let sums = (0..<6).map { EdgeSums(start + Self.planeSums + $0 * Self.pairStride) }
        let taps = (0..<6 * 9).map { sums[$0 / 9][$0 % 9 / 3, $0 % 3] }
        return (Array(taps[..<27]), Array(taps[27...]))
    }
}

/// Sums over the pixels that a tap sees: a tap of the kernel's first row or column does not see the last row or column
/// of the image, one of its last row or column not the first.
private struct EdgeSums {
    /// By kind of row: the first column, the inner ones, the last.
    private var parts = [Double](repeating: 0, count: 9)

    init(_ start: UnsafePointer<Float>) {
        let lanes = ImageCorrelation.lanes
        for kind in 0..<3 {
            let line = start + kind * lanes
            // Four chains, so that an addition need not wait for the one before.
            var chains = (0.0, 0.0, 0.0, 0.0)
            for column in stride(from: 4, to: lanes - 4, by: 4) {
                chains.0 += Double(line[column])
                chains.1 += Double(line[column + 1])
                chains.2 += Double(line[column + 2])
                chains.3 += Double(line[column + 3])
            }
            let ends = (
                Double(line[1]) + Double(line[2]) + Double(line[3]),
                Double(line[lanes - 4]) + Double(line[lanes - 3]) + Double(line[lanes - 2])
            )
            parts[3 * kind] = Double(line[0])
            parts[3 * kind + 1] = ((chains.0 + chains.1) + (chains.2 + chains.3)) + (ends.0 + ends.1)
            parts[3 * kind + 2] = Double(line[lanes - 1])
        }
    }

    subscript(row: Int, column: Int) -> Double {
        var total = 0.0
        for kind in 0..<3 where kind == 1 || row == 1 || row == kind {
            let line = parts[(3 * kind)...]
            for place in 0..<3 where place == 1 || column == 1 || column == place { total += line[3 * kind + place] }
        }
        return total
    }
}
