import Statistics

/// Where so few seeds cannot reach p ≤ 0.05 by an exact test, whatever they show: one sentence that says so, and how
/// many seeds could. `nil` where they can, and where there are no two points to compare.
///
/// It speaks of one comparison. With Holm's correction the least p grows with the family.
public func exactTestNote(seeds: Int, axes: [Hyperparameter], points: [[ParameterValue]]) -> String? {
    let level = 0.05
    guard seeds > 0, let enough = SignFlipTest.pairs(toReach: level), seeds < enough,
        PointPairs.areAny(among: points, axisCount: axes.count)
    else { return nil }
    let (least, reached) = (SignFlipTest.leastP(pairs: seeds), SignFlipTest.leastP(pairs: enough))
    return "\(counted(seeds, "seed")) cannot reach p = \(shortestText(level)) by an exact test: the least p that "
        + "\(counted(seeds, "pair")) can give is \(shortestText(least)), and \(counted(enough, "seed")) can give "
        + shortestText(reached)
}
