// The engine's own exp and log: a library's choose their algorithm by the processor, and with it the last bits. Only
// correctly rounded operations are used, so every host gives the same bits.

/// e to the power of x, relative error below 4.5e-16; 0 below −708 and infinite from 709 on.
public func exponential(_ x: Double) -> Double {
    guard x > -708 else { return x.isNaN ? x : 0 }
    guard x < 709 else { return .infinity }
    let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts: the first has 20 trailing zero bits, so n times it is exact.
    let r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
    // |r| < 0.347: the Taylor series to r¹³ reaches the last bit.
    var sum = 1 / 6_227_020_800.0
    sum = sum * r + 1 / 479_001_600.0
    sum = sum * r + 1 / 39_916_800.0
    sum = sum * r + 1 / 3_628_800.0
    sum = sum * r + 1 / 362_880.0
    sum = sum * r + 1 / 40_320.0
    sum = sum * r + 1 / 5_040.0
    sum = sum * r + 1 / 720.0
    sum = sum * r + 1 / 120.0
    sum = sum * r + 1 / 24.0
    sum = sum * r + 1 / 6.0
    sum = sum * r + 1 / 2.0
    sum = sum * r + 1
    sum = sum * r + 1
    return sum * Double(sign: .plus, exponent: Int(n), significand: 1)
}

/// The natural logarithm of x > 0, error below 4.5e-16 relative or 1.2e-16 absolute; NaN below 0, −∞ at 0.
public func naturalLogarithm(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : x > 0 ? x : .nan }
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.4142135623730951 {
        mantissa /= 2
        exponent += 1
    }
    // log m = 2 artanh s, |s| < 0.172: eleven terms reach the last bit.
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var series = 0.0
    var k = 21.0
    while k >= 1 {
        series = series * square + 1 / k
        k -= 2
    }
    return exponent * 0x1.62e42fee00000p-1 + (2 * s * series + exponent * 0x1.a39ef35793c76p-33)
}
