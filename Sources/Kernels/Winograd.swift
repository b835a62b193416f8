// Winograd's minimal filtering F(4×4, 3×3): a tile of 4×4 outputs from 6×6 inputs with 36 products instead of 144.
//
// Forward Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, summed over input channels before the outer transform (Lavin and Gray, arXiv
// 1509.09308). Backward is the same algorithm transposed, step by step, so that no filter is rotated and the gradient
// of the output is transformed once for both uses: Z = A dY Aᵀ; dU = Σ over tiles V Z; dg = Gᵀ dU G; dV = U Z summed
// over output channels; dX = the overlapping sum of B dV Bᵀ.
//
// The points are 0, ±a, ±b and ∞ with a = 3/4 and b = 3/2. They and the products that the transforms need are exact
// binary fractions, and the error is half that of the textbook's ±1, ±2 (Barabasz et al., arXiv 1803.10986).

/// The interpolation points and what the transforms need of them.
public enum WinogradPoints {
    @inlinable public static var a: Float { 0.75 }
    @inlinable public static var b: Float { 1.5 }
    @inlinable public static var a²: Float { 0.5625 }
    @inlinable public static var b²: Float { 2.25 }
    @inlinable public static var a³: Float { 0.421875 }
    @inlinable public static var b³: Float { 3.375 }
    @inlinable public static var ab²: Float { 1.6875 }
    @inlinable public static var a²b: Float { 0.84375 }
    /// a² · b².
    @inlinable public static var product: Float { 1.265625 }
    /// a² + b².
    @inlinable public static var sum: Float { 2.8125 }
    /// G's divisors, inverted: 1 / (a²b²), 1 / (2a²(a² − b²)) and 1 / (2b²(b² − a²)).
    @inlinable public static var weight0: Float { 64.0 / 81.0 }
    @inlinable public static var weightA: Float { -128.0 / 243.0 }
    @inlinable public static var weightB: Float { 32.0 / 243.0 }
}

/// What the transforms compute with: a number, or a vector with a channel in each lane.
public protocol WinogradValue {
    static func + (left: Self, right: Self) -> Self
    static func - (left: Self, right: Self) -> Self
    static func * (left: Float, right: Self) -> Self
    /// self + left · right, rounded once.
    func addingProduct(_ left: Float, _ right: Self) -> Self
}

extension Float: WinogradValue {}

/// Six values, one for each point of a transform or each place of a tile's side.
public typealias Six<Value> = (Value, Value, Value, Value, Value, Value)

/// Four values, one for each output along a tile's side.
public typealias Four<Value> = (Value, Value, Value, Value)

/// The transforms along one side of a tile, written once for all instruction sets.
///
/// Always inlined: a shared specialisation, compiled for one instruction set, could otherwise be linked into code for
/// every processor.
public enum WinogradSide {
    /// Bᵀ along one side: from six inputs.
    @inlinable @inline(__always)
    public static func input<V: WinogradValue>(_ d: Six<V>) -> Six<V> {
        typealias P = WinogradPoints
        let evenA = d.4.addingProduct(-P.b², d.2), oddA = d.3.addingProduct(-P.b², d.1)
        let evenB = d.4.addingProduct(-P.a², d.2), oddB = d.3.addingProduct(-P.a², d.1)
        return (
            d.4.addingProduct(-P.sum, d.2).addingProduct(P.product, d.0),
            evenA.addingProduct(P.a, oddA), evenA.addingProduct(-P.a, oddA),
            evenB.addingProduct(P.b, oddB), evenB.addingProduct(-P.b, oddB),
            d.5.addingProduct(-P.sum, d.3).addingProduct(P.product, d.1)
        )
    }

    /// Aᵀ along one side: four outputs from six products.
    @inlinable @inline(__always)
    public static func output<V: WinogradValue>(_ m: Six<V>) -> Four<V> {
        typealias P = WinogradPoints
        let sumA = m.1 + m.2, sumB = m.3 + m.4, differenceA = m.1 - m.2, differenceB = m.3 - m.4
        return (
            (m.0 + sumA) + sumB,
            (P.b * differenceB).addingProduct(P.a, differenceA),
            (P.b² * sumB).addingProduct(P.a², sumA),
            m.5.addingProduct(P.b³, differenceB).addingProduct(P.a³, differenceA)
        )
    }

    /// A along one side: the transpose of `output`.
    @inlinable @inline(__always)
    public static func outputGradient<V: WinogradValue>(_ y: Four<V>) -> Six<V> {
        typealias P = WinogradPoints
        let evenA = y.0.addingProduct(P.a², y.2), oddA = y.1.addingProduct(P.a², y.3)
        let evenB = y.0.addingProduct(P.b², y.2), oddB = y.1.addingProduct(P.b², y.3)
        return (
            y.0,
            evenA.addingProduct(P.a, oddA), evenA.addingProduct(-P.a, oddA),
            evenB.addingProduct(P.b, oddB), evenB.addingProduct(-P.b, oddB),
            y.3
        )
    }

    /// B along one side: the transpose of `input`.
    @inlinable @inline(__always)
    public static func inputGradient<V: WinogradValue>(_ v: Six<V>) -> Six<V> {
        typealias P = WinogradPoints
        let sumA = v.1 + v.2, sumB = v.3 + v.4, differenceA = v.1 - v.2, differenceB = v.3 - v.4
        return (
            P.product * v.0,
            (P.product * v.5).addingProduct(-P.ab², differenceA).addingProduct(-P.a²b, differenceB),
            (-P.sum * v.0).addingProduct(-P.b², sumA).addingProduct(-P.a², sumB),
            (-P.sum * v.5).addingProduct(P.a, differenceA).addingProduct(P.b, differenceB),
            (v.0 + sumA) + sumB,
            v.5
        )
    }

    /// G along one side: from three weights.
    @inlinable @inline(__always)
    public static func weights<V: WinogradValue>(_ g: (V, V, V)) -> Six<V> {
        typealias P = WinogradPoints
        let evenA = g.0.addingProduct(P.a², g.2), oddA = P.a * g.1
        let evenB = g.0.addingProduct(P.b², g.2), oddB = P.b * g.1
        return (
            P.weight0 * g.0,
            P.weightA * (evenA + oddA), P.weightA * (evenA - oddA),
            P.weightB * (evenB + oddB), P.weightB * (evenB - oddB),
            g.2
        )
    }

    /// Gᵀ along one side: the transpose of `weights`.
    @inlinable @inline(__always)
    public static func weightGradient<V: WinogradValue>(_ u: Six<V>) -> (V, V, V) {
        typealias P = WinogradPoints
        let sumA = P.weightA * (u.1 + u.2), sumB = P.weightB * (u.3 + u.4)
        let differenceA = P.weightA * (u.1 - u.2), differenceB = P.weightB * (u.3 - u.4)
        return (
            (P.weight0 * u.0 + sumA) + sumB,
            (P.b * differenceB).addingProduct(P.a, differenceA),
            u.5.addingProduct(P.b², sumB).addingProduct(P.a², sumA)
        )
    }
}
