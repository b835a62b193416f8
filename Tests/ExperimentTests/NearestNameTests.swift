import Experiment
import Testing

struct NearestNameTests {
    @Test(
        arguments: [
            ("", "", 0), ("", "abc", 3), ("grid", "grid", 0), ("gird", "grid", 1), ("norms", "norm", 1),
            ("nrom", "norm", 1), ("batchsize", "batch_size", 1), ("lerning_rate", "learning_rate", 1),
            ("kitten", "sitting", 3), ("zip", "train", 4),
        ])
    func `the distance counts insertions, removals, changes and swaps of neighbours`(
        left: String, right: String, expected: Int
    ) {
        #expect(editDistance(left, right) == expected)
        #expect(editDistance(right, left) == expected)
    }
}
