extension Agreement {
    /// McNemar's exact test (McNemar, Psychometrika 1947; Dietterich, Neural Computation 1998), two-sided: were both
    /// networks equally good, each image that only one of them gets right would be as likely the first's as the
    /// second's.
    ///
    /// p = min(1, 2 P(X ≤ min(b, c))) with X ~ Bin(b + c, 1/2), b and c being the images that only one gets right; 1
    /// where there are none. Relative error below 1e-12; 0 where the probability is below 1e-300.
    ///
    /// Assumes independent test images. It speaks of these two trained networks alone, not of the settings that they
    /// were trained with: two seeds of one setting may well differ by it.
    public var mcNemarP: Double {
        let (discordant, least) = (onlyFirst + onlySecond, min(onlyFirst, onlySecond))
        // Binomial coefficients by their ratios, in units of the largest one: no power of 2 underflows, and what does
        // underflow is too small to matter.
        let middle = discordant / 2
        var (coefficient, tail, below) = (1.0, 0.0, 0.0)
        for successes in stride(from: middle, through: 0, by: -1) {
            if successes <= least { tail += coefficient }
            if successes < middle { below += coefficient }
            coefficient *= Double(successes) / Double(discordant - successes + 1)
        }
        let total = 2 * (below + 1) - (discordant.isMultiple(of: 2) ? 1 : 0)
        return min(1, 2 * tail / total)
    }
}
