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
        [Double](unsafeUninitializedCapacity: 27 * 27) { result, count in
            count = 27 * 27
            let result = result.baseAddress!
            for index in 0..<Self.displacementCount {
                let displacement = Self.displacement(index)
                for pair in 0..<9 {
                    let sums = EdgeSums(start + index * Self.displacementStride + pair * Self.pairStride)
                    for row in max(0, -displacement.row)..<min(3, 3 - displacement.row) {
                        for column in 0..<3 - displacement.column {
                            let tap = pair / 3 * 9 + row * 3 + column
                            let other = pair % 3 * 9 + (row + displacement.row) * 3 + column + displacement.column
                            let sum = sums[row, column]
                            result[tap * 27 + other] = sum
                            result[other * 27 + tap] = sum
                        }
                    }
                }
            }
        }
    }

    /// R times the weights: for each tap, a row of `channels`, a multiple of 8. `weights` gives a tap's row.
    public func correlatedWeights(
        channels: Int, result: UnsafeMutablePointer<Double>, weights: (_ tap: Int) -> UnsafePointer<Float>
    ) {
        let products = patchProducts()
        withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: 27) { factors in
            for first in stride(from: 0, to: channels, by: 8) {
                for tap in 0..<27 {
                    let values = UnsafeRawPointer(weights(tap) + first).loadUnaligned(as: SIMD8<Float>.self)
                    factors[tap] = SIMD8(values)
                }
                for tap in 0..<27 {
                    var sum = SIMD8<Double>.zero
                    for other in 0..<27 { sum += products[tap * 27 + other] * factors[other] }
                    UnsafeMutableRawPointer(result + tap * channels + first).storeBytes(
                        of: sum, as: SIMD8<Double>.self)
                }
            }
        }
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
    private let first: Line
    private let inner: Line
    private let last: Line

    init(_ start: UnsafePointer<Float>) {
        first = Line(start)
        inner = Line(start + ImageCorrelation.lanes)
        last = Line(start + 2 * ImageCorrelation.lanes)
    }

    subscript(row: Int, column: Int) -> Double {
        var total = 0.0
        if row <= 1 { total = first.added(to: total, column: column) }
        total = inner.added(to: total, column: column)
        return row >= 1 ? last.added(to: total, column: column) : total
    }

    /// Sums of a kind of row: of its first column, of the inner ones, of the last.
    private struct Line {
        private let first: Double
        private let inner: Double
        private let last: Double

        init(_ line: UnsafePointer<Float>) {
            let lanes = ImageCorrelation.lanes
            // Four chains, so that an addition need not wait for the one before.
            var chains = SIMD4<Double>.zero
            for column in stride(from: 4, to: lanes - 4, by: 4) {
                chains += SIMD4(UnsafeRawPointer(line + column).loadUnaligned(as: SIMD4<Float>.self))
            }
            let ends = (
                Double(line[1]) + Double(line[2]) + Double(line[3]),
                Double(line[lanes - 4]) + Double(line[lanes - 3]) + Double(line[lanes - 2])
            )
            first = Double(line[0])
            inner = ((chains[0] + chains[1]) + (chains[2] + chains[3])) + (ends.0 + ends.1)
            last = Double(line[lanes - 1])
        }

        func added(to sum: Double, column: Int) -> Double {
            let begun = (column <= 1 ? sum + first : sum) + inner
            return column >= 1 ? begun + last : begun
        }
    }
}
