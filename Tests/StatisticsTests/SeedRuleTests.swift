import Statistics
import Testing

struct SeedRuleTests {
    private typealias Round = [SeedRule.Pair?]

    private func rounds(_ differences: [Double?]...) -> [[SeedRule.Pair?]] {
        differences[0].indices.map { round in
            differences.map { $0[round].map { SeedRule.Pair(first: 70 + $0, second: 70) } }
        }
    }

    @Test func `the rule waits for the first rounds, then for one more at a time`() {
        let rule = SeedRule(width: 0.01, least: 3, most: 5)
        let rounds = rounds([1, 2, 0.5, 0.7, 3, 1])
        #expect(rule.decision(after: []) == .rounds(3))
        #expect(rule.decision(after: Array(rounds.prefix(2))) == .rounds(3))
        #expect(rule.decision(after: Array(rounds.prefix(3))) == .rounds(4))
        #expect(rule.decision(after: Array(rounds.prefix(4))) == .rounds(5))
        #expect(rule.decision(after: Array(rounds.prefix(5))) == .boundReached(rounds: 5))
        #expect(rule.decision(after: rounds) == .boundReached(rounds: 5))
    }

    @Test func `an interval exactly as wide as asked is narrow enough`() throws {
        let rounds = rounds([1, 2, 0.5])
        let width = try #require(SeedRule(width: 1, least: 3, most: 9).widths(after: 3, of: rounds)[0])
        #expect(SeedRule(width: width, least: 3, most: 9).decision(after: rounds) == .narrowEnough(rounds: 3))
        #expect(SeedRule(width: width.nextDown, least: 3, most: 9).decision(after: rounds) == .rounds(4))
    }

    @Test func `the widest comparison decides`() {
        let narrow: [Double?] = [1, 1.01, 0.99]
        let wide: [Double?] = [1, 5, 9]
        let rule = SeedRule(width: 0.5, least: 3, most: 9)
        #expect(rule.decision(after: rounds(narrow)) == .narrowEnough(rounds: 3))
        #expect(rule.decision(after: rounds(narrow, wide)) == .rounds(4))
    }

    @Test func `differences that do not vary, are missing or not finite are not narrow`() {
        let rule = SeedRule(width: 0.5, least: 3, most: 4)
        #expect(rule.decision(after: rounds([1, 1, 1])) == .rounds(4))
        #expect(rule.decision(after: rounds([nil, nil, 1, nil])) == .boundReached(rounds: 4))
        #expect(rule.decision(after: rounds([1, .nan, 1.1, 1])) == .boundReached(rounds: 4))
        // A pair that failed for good is left out, the others decide.
        #expect(rule.decision(after: rounds([1, nil, 1.1])) == .rounds(4))
        #expect(rule.decision(after: rounds([1, nil, 1.01, 1.02])) == .narrowEnough(rounds: 4))
    }

    @Test func `rounds are added by the step, up to the bound`() {
        let rule = SeedRule(width: 0.01, least: 2, most: 9, step: 4)
        let rounds = rounds([1, 2, 3, 1, 2, 3, 1, 2, 3])
        #expect(
            (0...9).map { rule.decision(after: Array(rounds.prefix($0))).roundCount } == [2, 2, 6, 6, 6, 6, 9, 9, 9, 9])
        #expect(rule.decision(after: rounds) == .boundReached(rounds: 9))
    }

    /// However fast or slow the fleet: what is decided after some rounds is decided after more of them, too.
    @Test(arguments: 0..<40)
    func `more rounds never change a decision, and what is asked for is always enough to go on`(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let rule = SeedRule(
            width: 0.2 + random.uniform() * 2, least: 2 + random.index(below: 4), most: 6 + random.index(below: 20),
            step: 1 + random.index(below: 4))
        let all = rounds((0..<40).map { _ in random.normal() }, (0..<40).map { _ in random.normal(deviation: 0.5) })
        let final = rule.decision(after: all)
        var last = 0
        for count in 0...40 {
            let decision = rule.decision(after: Array(all.prefix(count)))
            switch decision {
            case .rounds(let needed): #expect(needed > count && needed <= final.roundCount, "seed \(seed)")
            case .narrowEnough, .boundReached: #expect(decision == final, "seed \(seed)")
            }
            #expect(decision.roundCount >= last && decision.roundCount <= rule.most, "seed \(seed)")
            last = decision.roundCount
        }
        // A sweep that trains what is asked for, and no more, comes to the same end.
        var complete = 0
        while case .rounds(let needed) = rule.decision(after: Array(all.prefix(complete))) { complete = needed }
        #expect(
            rule.decision(after: Array(all.prefix(complete))) == final && complete == final.roundCount, "seed \(seed)")
    }
}
