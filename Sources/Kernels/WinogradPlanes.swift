/// The 36 matrices of a tile transform, one for each pair of points: rows are tiles, columns are channels.
///
/// Element (point, tile, channel) lies at `start[point * planeStride + tile * rowStride + channel]`.
public struct WinogradPlanes {
    public var start: UnsafeMutablePointer<Float>
    public var planeStride: Int
    public var rowStride: Int

    public static let count = 36

    public init(start: UnsafeMutablePointer<Float>, planeStride: Int, rowStride: Int) {
        self.start = start
        self.planeStride = planeStride
        self.rowStride = rowStride
    }

    /// The floats between the planes of `rows` × `columns`. The planes need one vector less: at a multiple of 4 KiB,
    /// the 36 places that a tile is written to would all be in one set of the first-level cache.
    public static func planeStride(rows: Int, columns: Int) -> Int { rows * columns + 16 }

    /// Floats of 36 planes.
    public static func count(rows: Int, columns: Int) -> Int { count * planeStride(rows: rows, columns: columns) }

    /// The planes from a row on.
    public func rows(from row: Int) -> WinogradPlanes {
        WinogradPlanes(start: start + row * rowStride, planeStride: planeStride, rowStride: rowStride)
    }
}

/// 3×3 filters or their gradients: element (tap, row, column) lies at `start[tap * tapStride + row * rowStride +
/// column]`. Rows are input channels and columns output channels, or the other way around.
public struct FilterView {
    public var start: UnsafeMutablePointer<Float>
    public var tapStride: Int
    public var rowStride: Int
    public var size: MatrixSize

    public init(start: UnsafeMutablePointer<Float>, tapStride: Int, rowStride: Int, size: MatrixSize) {
        self.start = start
        self.tapStride = tapStride
        self.rowStride = rowStride
        self.size = size
    }
}

/// V = Bᵀ d B for the tiles of one padded image of `shape`, whose height and width are multiples of 4: tiles row by
/// row.
public typealias WinogradInputKernel =
    @Sendable (_ padded: UnsafePointer<Float>, _ shape: ActivationShape, _ planes: WinogradPlanes) -> Void

/// Y = Aᵀ M A of one image, and what the norm needs of it, for `channels` channels of an output of `shape`.
///
/// `output`: the first of the channels of a dense image; `nil` where it is not kept. `peakSigns`: a value for each
/// channel with the sign of the norm's factor, by which a peak is a minimum or a maximum. `summary`: peaks lie as the
/// output does. `scratch`: see `OutputSummary.scratchCount`.
public typealias WinogradOutputKernel =
    @Sendable (
        _ planes: WinogradPlanes, _ shape: ActivationShape, _ channels: Int, _ output: UnsafeMutablePointer<Float>?,
        _ peakSigns: UnsafePointer<Float>, _ summary: OutputSummary, _ scratch: UnsafeMutablePointer<Float>
    ) -> Void

/// Z = A dY Aᵀ of one image's `channels`; dY is made from the gradient of the pooled output and the dense `output`.
public typealias WinogradOutputGradientKernel =
    @Sendable (
        _ gradient: PooledGradient, _ output: UnsafePointer<Float>, _ channels: Range<Int>, _ planes: WinogradPlanes
    ) -> Void

/// B dV Bᵀ of each tile, row by row, into one padded image of `shape`: where tiles overlap, the later ones are added.
public typealias WinogradInputGradientKernel =
    @Sendable (_ planes: WinogradPlanes, _ shape: ActivationShape, _ padded: UnsafeMutablePointer<Float>) -> Void

/// U = G g Gᵀ: rows and columns of the planes are those of the filters.
public typealias WinogradWeightsKernel = @Sendable (_ filters: FilterView, _ planes: WinogradPlanes) -> Void

/// dg = Gᵀ dU G.
public typealias WinogradWeightGradientKernel = @Sendable (_ planes: WinogradPlanes, _ filters: FilterView) -> Void
