import Testing
import Transport

struct ReportLimiterTests {
    @Test func `reports come in a burst, then one a second, with the number of those withheld`() {
        var limiter = ReportLimiter()
        let start = ContinuousClock.now
        for _ in 0..<10 { #expect(limiter.admit(at: start) == 0) }
        for _ in 0..<5 { #expect(limiter.admit(at: start + .milliseconds(999)) == nil) }
        #expect(limiter.admit(at: start + .milliseconds(1001)) == 5)
        #expect(limiter.admit(at: start + .milliseconds(1999)) == nil)
        #expect(limiter.admit(at: start + .milliseconds(2001)) == 1)
    }

    @Test func `reports may come in a burst again after a quiet time, and not in a larger one`() {
        var limiter = ReportLimiter()
        let start = ContinuousClock.now
        for _ in 0..<10 { _ = limiter.admit(at: start) }
        for _ in 0..<10 { #expect(limiter.admit(at: start + .seconds(3600)) == 0) }
        #expect(limiter.admit(at: start + .seconds(3600)) == nil)
    }
}

struct BackoffTests {
    @Test func `pauses double from 200 ms to 10 s, and begin again after a success`() {
        var backoff = Backoff()
        let pauses = (0..<8).map { _ in backoff.pause(fraction: 0) }
        #expect(pauses == [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.pause(fraction: 0) == .milliseconds(200))
    }

    @Test func `pauses are shortened at random by a quarter at most`() {
        var backoff = Backoff()
        #expect(backoff.pause(fraction: 1) == .milliseconds(150))
    }
}
