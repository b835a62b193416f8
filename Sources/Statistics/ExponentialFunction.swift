/// e^x with a relative error below 4.5e-16; 0 below −708 and infinite from 709 on.
///
/// The C library's `exp` chooses its algorithm by processor and version, and with it the last bit. Here only correctly
/// rounded operations are used, so every host gives the same bits. `Kernels` has the same function for the engine; this
/// module stands below it and takes nothing from it.
package func exponential(_ x: Double) -> Double {
    guard x > -708 else { return x.isNaN ? x : 0 }
    guard x < 709 else { return .infinity }
    let halvings = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts: the first ends in 20 zero bits, so that its product with `halvings` is exact.
    let r = (x - halvings * 0x1.62e42fee00000p-1) - halvings * 0x1.a39ef35793c76p-33
    // |r| < 0.347: Taylor's series up to r¹³ reaches the last bit. 1/13!, 1/12!, …, 1/0!:
    let sum = reciprocalFactorials.reduce(0) { sum, coefficient in sum * r + coefficient }
    return sum * Double(sign: .plus, exponent: Int(halvings), significand: 1)
}

private let reciprocalFactorials: [Double] = [
    1 / 6_227_020_800.0, 1 / 479_001_600.0, 1 / 39_916_800.0, 1 / 3_628_800.0, 1 / 362_880.0, 1 / 40_320.0,
    1 / 5_040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0, 1, 1,
]
