/// P(Z > x) of the standard normal distribution, with an absolute error below 3e-16; relative below 2e-13 for x ≤ 30.
///
/// Below 3 from the series Φ(x) − 1/2 = φ(x) Σ x^(2k+1) / (1·3·…·(2k+1)), whose terms are all positive (Abramowitz and
/// Stegun 26.2.11); from 3 on φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))) (26.2.14). No function of the C library is used.
package func normalUpperTail(_ x: Double) -> Double {
    guard x >= 0 else { return x.isNaN ? x : 1 - normalUpperTail(-x) }
    let density = exponential(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    return x < 3 ? 0.5 - density * oddSeries(x) : density / millsFraction(x)
}

/// Σ x^(2k+1) / (1·3·…·(2k+1)) for 0 ≤ x < 3: until a term no longer changes the sum.
private func oddSeries(_ x: Double) -> Double {
    var (term, sum, odd) = (x, x, 1.0)
    while true {
        odd += 2
        term *= x * x / odd
        let next = sum + term
        guard next > sum else { return sum }
        sum = next
    }
}

/// x + 1/(x + 2/(x + 3/(x + …))) for x ≥ 3, from its end. The first 100 terms give the last bit at x = 3; the number
/// falls with x².
private func millsFraction(_ x: Double) -> Double {
    stride(from: (20 + 720 / (x * x)).rounded(.down), to: 0, by: -1).reduce(x) { tail, step in x + step / tail }
}

/// The x with `normalUpperTail(x)` = `tail`, above 0 and below 1: the range is halved until no Double is between its
/// ends.
package func normalQuantile(upperTail tail: Double) -> Double {
    precondition(tail > 0 && tail < 1, "no quantile for the probability \(tail)")
    var (low, high) = (-40.0, 40.0)
    while true {
        let middle = low + (high - low) / 2
        guard low < middle, middle < high else { return high }
        if normalUpperTail(middle) > tail { low = middle } else { high = middle }
    }
}
