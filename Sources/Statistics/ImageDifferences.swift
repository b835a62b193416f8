/// What the runs say of every image of a test set: sums over runs of a whole number, −1, 0 or 1, that each run
/// gives each image. For one point the number is 1 where the image is right; for a pair of points it is the difference.
struct ImageDifferences {
    /// The sum of each image, over runs.
    private(set) var sums: [Int]
    /// The sum of squares of each image, over runs.
    private(set) var squares: [Int]
    /// The sum of each run, over images.
    private(set) var totals: [Int]

    /// One point's runs, of one test set; not empty.
    init(_ outcomes: [ImageOutcomes]) {
        self.init(runs: outcomes.count, images: outcomes[0].count) { run, image in outcomes[run][image] ? 1 : 0 }
        precondition(outcomes.allSatisfy { $0.count == sums.count }, "runs of different test sets")
    }

    /// First − second, by the same seeds in the same order, of one test set; not empty.
    init(_ first: [ImageOutcomes], _ second: [ImageOutcomes]) {
        precondition((first + second).allSatisfy { $0.count == first[0].count }, "runs of different test sets")
        self.init(runs: first.count, images: first[0].count) { run, image in
            (first[run][image] ? 1 : 0) - (second[run][image] ? 1 : 0)
        }
    }

    private init(runs: Int, images: Int, _ number: (_ run: Int, _ image: Int) -> Int) {
        sums = Array(repeating: 0, count: images)
        squares = sums
        totals = Array(repeating: 0, count: runs)
        for run in 0..<runs {
            for image in 0..<images {
                let value = number(run, image)
                sums[image] += value
                squares[image] += value * value
                totals[run] += value
            }
        }
    }
}
