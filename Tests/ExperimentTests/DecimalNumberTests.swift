import Experiment
import Testing

/// What is used is what is written, or it is an error.
struct DecimalNumberTests {
    static let kept: [(String, Double)] = [
        ("0", 0), ("0.0", 0), ("0e-999", 0), ("00000", 0), ("1e-3", 0.001), (".5", 0.5), ("5.", 5), ("+1", 1),
        ("1e+2", 100),
        ("0.1000000000000000055511151231257827", 0.1), ("0.3333333333333333333333", 1.0 / 3),
        ("1.2e-38", 1.2e-38),
        ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
    ]

    @Test(arguments: kept)
    func `a number keeps its value`(text: String, value: Double) {
        #expect(DecimalNumber(text) == .value(value))
    }

    @Test(arguments: [
        "1e-325", "-1e-325", "1e-400", "5e-324", "2.2250738585072014e-308", "1e-50", "1.1e-38", "0.0001e-320",
        "1e-99999999999",
    ])
    func `a number that would become 0, or lose its digits, is too small`(text: String) {
        #expect(DecimalNumber(text) == .tooSmall)
    }

    @Test(arguments: ["1e309", "-1e309", "1e999", "1.8e308", "1e99999999999"])
    func `a number that would become infinite is too large`(text: String) {
        #expect(DecimalNumber(text) == .tooLarge)
    }

    @Test(arguments: [
        "", " ", "-", ".", "e3", "1e", "1e+", "0x10", "inf", "nan", ".nan", "1_000", "1 2", "1,5", "--1", "١",
    ])
    func `what is no decimal number is none`(text: String) {
        #expect(DecimalNumber(text) == .notANumber)
    }
}
