/// Holm's step-down adjustment of a family's p (Holm, Scand. J. Statist. 1979): of m sorted p the i-th becomes the
/// largest of min(1, (m − j + 1) p₍ⱼ₎) over j ≤ i.
///
/// Rejecting what is at most 5 % then errs on any true null hypothesis of the family with a probability of at most 5 %,
/// whatever the dependence between the tests. It is never less powerful than Bonferroni's. Not for rows that nobody
/// would read as one claim: the family must be stated before the data are seen.
///
/// An undefined member stays what it is and does not count in m: a comparison that could not be made rejects nothing.
public func holmAdjusted(_ family: [Estimate<Double>]) -> [Estimate<Double>] {
    let defined = family.compactMap(\.value).sorted()
    var adjusted: [Double: Double] = [:]
    var largest = 0.0
    for (rank, p) in defined.enumerated() {
        largest = max(largest, min(1, Double(defined.count - rank) * p))
        // The first of equal p has the largest factor, and `largest` carries it to the others.
        adjusted[p] = largest
    }
    return family.map { member in member.map { adjusted[$0]! } }
}
