import Kernels

// Each kernel equals its reference in `Kernels` bit for bit. The lanes are taps, filled up to 32: a window's peak is at
// another place for each channel, so one patch is taken for each, instead of four for all of them.

func imageWeightGradient(
    planes: UnsafePointer<Float>, gradient: PooledGradient, places: UnsafePointer<UInt8>,
    scratch: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
) {
    let channels = gradient.shape.channels, across = gradient.shape.pooled.width
    let parts = scratch, patches = parts + channels * ImageGradient.patchStride
    let gradients = patches + 4 * across * ImageGradient.patchStride
    parts.update(repeating: 0, count: channels * ImageGradient.patchStride)
    for row in 0..<gradient.shape.pooled.height {
        gatherPatches(planes + 2 * row * ImagePlanes.rowStride, patches)
        for channel in VectorStarts(0..<channels) {
            let unpooling = Unpooling(gradient, channel, channels: channels)
            for window in 0..<across {
                let (_, g) = unpooling.passed(
                    (row * across + window) * channels, row * gradient.dPooledRowStride + window * channels)
                store(g * unpooling.gain, gradients, window * channels + channel)
            }
        }
        for group in 0..<channels / PatchSums.channels {
            let first = group * PatchSums.channels
            var taps = PatchSums(parts + first * ImageGradient.patchStride)
            var factors = UnsafePointer(gradients + first), codes = places + row * across * channels + first
            var window = UnsafePointer(patches)
            for _ in 0..<across {
                taps.add(window, factors, codes)
                window += 4 * ImageGradient.patchStride
                factors += channels
                codes += channels
            }
            taps.save(parts + first * ImageGradient.patchStride)
        }
    }
    accumulate(total: sums, addend: parts, count: channels * ImageGradient.patchStride)
}

/// The patches of a row of windows: for each window its four pixels, row by row, for each pixel 27 taps.
@inline(__always)
private func gatherPatches(_ planes: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    for row in 0..<2 {
        for column in 0..<ImagePlanes.side {
            let corner = planes + row * ImagePlanes.rowStride + column
            let patch = target + ((column >> 1) * 4 + row * 2 + (column & 1)) * ImageGradient.patchStride
            for line in 0..<9 {
                // Three taps and one too many, which the next line overwrites; the last one's is of no meaning.
                let source = corner + line / 3 * ImagePlanes.planeStride + line % 3 * ImagePlanes.rowStride
                let taps = UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self)
                UnsafeMutableRawPointer(patch + 3 * line).storeBytes(of: taps, as: SIMD4<Float>.self)
            }
        }
    }
}

/// Sums of taps for some channels next to each other.
protocol SomePatchSums {
    static var channels: Int { get }
    init(_ start: UnsafePointer<Float>)
    /// Adds to each channel the patch at its place of the window, times its factor.
    mutating func add(_ window: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ places: UnsafePointer<UInt8>)
    func save(_ start: UnsafeMutablePointer<Float>)
}

struct PatchSumsOfOne: SomePatchSums {
    private var sum: Patch

    @inline(__always)
    static var channels: Int { 1 }

    @inline(__always)
    init(_ start: UnsafePointer<Float>) {
        sum = Patch(loading: start)
    }

    @inline(__always)
    mutating func add(_ window: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ places: UnsafePointer<UInt8>) {
        let start = window + Int(places[0]) * ImageGradient.patchStride
        sum.addProduct(factors[0], Patch(loading: start))
    }

    @inline(__always)
    func save(_ start: UnsafeMutablePointer<Float>) {
        sum.write(to: start)
    }
}

struct TwicePatchSums<Half: SomePatchSums>: SomePatchSums {
    private var low: Half
    private var high: Half

    @inline(__always)
    static var channels: Int { 2 * Half.channels }

    @inline(__always)
    init(_ start: UnsafePointer<Float>) {
        low = Half(start)
        high = Half(start + Half.channels * ImageGradient.patchStride)
    }

    @inline(__always)
    mutating func add(_ window: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ places: UnsafePointer<UInt8>) {
        low.add(window, factors, places)
        high.add(window, factors + Half.channels, places + Half.channels)
    }

    @inline(__always)
    func save(_ start: UnsafeMutablePointer<Float>) {
        low.save(start)
        high.save(start + Half.channels * ImageGradient.patchStride)
    }
}

typealias PatchSumsOfTwo = TwicePatchSums<PatchSumsOfOne>
typealias PatchSumsOfEight = TwicePatchSums<TwicePatchSums<PatchSumsOfTwo>>
