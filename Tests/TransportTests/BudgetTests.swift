import Testing
import Transport

/// Bounds on what a peer may have this process keep, in bytes.
struct HeldBytesTests {
    private static let mebibyte: UInt64 = 1 << 20

    @Test func `parts without an end are cut off when they are more than a connection may hold`() {
        var held = HeldBytes()
        held.begin(7)
        held.recordMessage(over: 7)
        #expect(held.look { _ in 1_000 }.isEmpty)
        let limit = UInt64(HeldBytes.connectionLimit)
        #expect(held.look { _ in 1_000 + limit }.isEmpty)
        #expect(held.look { _ in 1_001 + limit } == [7])
        #expect(held.isEmpty)
    }

    @Test func `a connection that has said nothing is cut off sooner`() {
        var held = HeldBytes()
        held.begin(7)
        let limit = UInt64(HeldBytes.silentLimit)
        #expect(limit < UInt64(HeldBytes.connectionLimit))
        #expect(held.look { _ in limit }.isEmpty)
        #expect(held.look { _ in limit + 1 } == [7])
    }

    @Test func `a connection whose messages come out is never cut off, however much it brings`() {
        var held = HeldBytes()
        held.begin(7)
        for second in 1...1_000 {
            held.recordMessage(over: 7)
            #expect(held.look { _ in UInt64(second) * 100 * Self.mebibyte }.isEmpty)
        }
    }

    @Test func `of too many together the largest are cut off, and those that hold little stay`() {
        var held = HeldBytes()
        let honest: [Int32] = Array(1...100)
        let greedy: [Int32] = Array(200..<210)
        for descriptor in honest + greedy {
            held.begin(descriptor)
            held.recordMessage(over: descriptor)
        }
        #expect(held.look { _ in 0 }.isEmpty)
        let ended = held.look { $0 < 200 ? 10_000 : 6 * Self.mebibyte + UInt64($0) }
        #expect(ended == [209, 208, 207, 206, 205, 204, 203], "until a half is left")
        #expect(held.count == 103)
    }

    @Test func `a connection of which the kernel says nothing is left alone`() {
        var held = HeldBytes()
        held.begin(7)
        #expect(held.look { _ in nil }.isEmpty)
        #expect(held.count == 1)
    }

    @Test func `a descriptor that stands for a new connection begins anew`() {
        var held = HeldBytes()
        held.begin(7)
        held.recordMessage(over: 7)
        #expect(held.look { _ in 100 * Self.mebibyte }.isEmpty)
        held.begin(7)
        #expect(held.look { _ in 1_000 }.isEmpty, "less than the one before had received")
        held.end(7)
        #expect(held.look { _ in 100 * Self.mebibyte }.isEmpty)
    }
}

struct SendBudgetTests {
    @Test func `a peer that reads is sent more, and one that does not is sent no more than its budget`() {
        var budget = SendBudget()
        budget.learn(acknowledged: 500)
        budget.record(sent: SendBudget.byteLimit)
        #expect(!budget.isSpent)
        budget.record(sent: 1)
        #expect(budget.isSpent)
        budget.learn(acknowledged: 500)
        #expect(budget.isSpent)
        budget.learn(acknowledged: 501)
        #expect(!budget.isSpent)
        budget.learn(acknowledged: 1 << 40)
        budget.record(sent: SendBudget.byteLimit)
        #expect(!budget.isSpent, "what was acknowledged besides is no credit")
    }

    @Test func `a peer of which the kernel says nothing has no budget`() {
        var budget = SendBudget()
        budget.record(sent: .max / 2)
        budget.learn(acknowledged: nil)
        #expect(!budget.isSpent)
    }
}

struct RateBudgetTests {
    private let start = ContinuousClock.now

    @Test func `an allowance is used up at once, comes back with time, and never exceeds a burst`() {
        var budget = RateBudget(burst: 10, perSecond: 1_000)
        #expect(budget.take(11, at: start) == false)
        #expect(budget.take(10, at: start) == true)
        #expect(budget.take(1, at: start + .microseconds(900)) == false)
        #expect(budget.take(1, at: start + .microseconds(1_100)) == true)
        #expect(budget.take(10, at: start + .seconds(86_400)) == true)
        #expect(budget.take(1, at: start + .seconds(86_400)) == false)
        #expect(budget.take(2, at: start + .seconds(86_400) + .milliseconds(2)) == true)
    }

    @Test func `a clock that is asked often loses nothing to rounding`() {
        var budget = RateBudget(burst: 1_000, perSecond: 1_000)
        #expect(budget.take(1_000, at: start) == true)
        for step in 1...1_000 { #expect(budget.take(1_001, at: start + .microseconds(step * 100)) == false) }
        #expect(budget.take(100, at: start + .milliseconds(100)) == true)
        #expect(budget.take(1, at: start + .milliseconds(100)) == false)
    }
}

struct PeerBudgetTests {
    private let start = ContinuousClock.now

    /// A flood of small messages: what it does to a budget within a moment.
    private func flood(_ budget: inout PeerBudget, count: Int, at now: ContinuousClock.Instant) -> [PeerBudget.Verdict]
    {
        (0..<count).map { _ in budget.admit(byteCount: 10, at: now) }
    }

    @Test func `a worker of the most slots that tells of all it did without a coordinator is heard`() {
        var budget = PeerBudget()
        #expect(flood(&budget, count: PeerBudget.messages.burst, at: start).allSatisfy { $0 == .admitted })
        for second in 1...100 {
            let verdicts = flood(&budget, count: PeerBudget.messages.perSecond, at: start + .seconds(second))
            #expect(verdicts.allSatisfy { $0 == .admitted })
        }
    }

    @Test
    func `a flood is dropped, and after so many breaches its key is cut off once, and let in again a minute later`() {
        var budget = PeerBudget()
        _ = flood(&budget, count: PeerBudget.messages.burst, at: start)
        let verdicts = flood(&budget, count: PeerBudget.breachLimit + 10, at: start)
        #expect(verdicts.prefix(PeerBudget.breachLimit - 1).allSatisfy { $0 == .dropped })
        #expect(verdicts[PeerBudget.breachLimit - 1] == .banned("more than 4000 messages a second"))
        #expect(verdicts.suffix(10).allSatisfy { $0 == .dropped })
        #expect(budget.isBanned(at: start + .seconds(59)))
        #expect(budget.admitHandshake(at: start + .seconds(59)) == false)
        #expect(budget.admitHandshake(at: start + PeerBudget.banTime) == true)
        #expect(budget.admit(byteCount: 10, at: start + PeerBudget.banTime) == .admitted)
    }

    @Test func `bytes have a budget too, and large messages are over it before they are many`() {
        var budget = PeerBudget()
        let size = TransportLimits.messageByteCount
        let admitted = (0..<1_000).count { _ in budget.admit(byteCount: size, at: start) == .admitted }
        #expect(admitted == PeerBudget.bytes.burst / size)
    }

    @Test func `breaches that are far apart end nothing`() {
        var budget = PeerBudget()
        for minute in 0..<10_000 {
            let verdict = budget.recordBreach("nonsense", at: start + PeerBudget.breachPeriod * minute)
            #expect(verdict == .dropped)
        }
    }

    @Test func `a key may make so many connections at once, and then one a second`() {
        var budget = PeerBudget()
        let count = (0..<2_000).count { _ in budget.admitHandshake(at: start) }
        #expect(count == PeerBudget.handshakes.burst)
        #expect(budget.admitHandshake(at: start + .milliseconds(1_001)) == true)
        #expect(budget.admitHandshake(at: start + .milliseconds(1_002)) == false)
    }
}
