import Testing
import Transport

struct WallTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"), (1_795_781_587_123, "2026-11-27T12:13:07Z"),
        ])
    func `a time is shown in UTC, to the second`(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).text == text)
    }

    /// Times come from other hosts, too.
    @Test(arguments: [Int64.min, Int64.max])
    func `every time that a message can hold has a text`(milliseconds: Int64) {
        #expect(WallTime(milliseconds: milliseconds).text.hasSuffix("Z"))
    }
}
