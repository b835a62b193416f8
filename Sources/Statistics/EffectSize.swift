/// How large a paired difference is beside its own spread over seeds.
///
/// d_z = mean / s of the differences, with s dividing by n − 1 (Cohen, Statistical Power Analysis, 1988, § 2.3; Lakens,
/// Frontiers in Psychology 2013). d_z overstates the effect in small samples; Hedges' g = J(n − 1) d_z is unbiased for
/// normal differences, with J(ν) = Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)) (Hedges, J. Educ. Statist. 1981), exact and not the
/// common 1 − 3/(4ν − 1).
///
/// Assumes independent, about normal differences. d_z depends on how well the pairing works: it is no number to compare
/// with studies that did not pair their seeds.
public struct EffectSize: Sendable, Hashable {
    public let dz: Double
    /// Undefined for n < 3: with one degree of freedom d_z has no expectation that could be corrected.
    public let hedges: Estimate<Double>

    /// Undefined for n < 2 and where the differences do not vary or are not finite.
    public static func of(_ sample: PairedSample) -> Estimate<EffectSize> {
        sample.moments.map { moments in
            let dz = moments.mean / moments.deviation
            let freedom = moments.n - 1
            return EffectSize(
                dz: dz, hedges: freedom < 2 ? .failure(.fewer(than: 3)) : .success(hedgesFactor(freedom) * dz))
        }
    }

    /// J(ν) for ν ≥ 2, as √π / (√(ν/2) B((ν − 1)/2, 1/2)).
    package static func hedgesFactor(_ degreesOfFreedom: Int) -> Double {
        let beta = betaWithOneHalf(halves: degreesOfFreedom - 1)
        return Double.pi.squareRoot() / ((Double(degreesOfFreedom) / 2).squareRoot() * beta)
    }
}
