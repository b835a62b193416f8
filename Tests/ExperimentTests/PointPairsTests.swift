import Experiment
import Testing

/// Which points are compared.
struct PointPairsTests {
    private func pairs(_ axes: [Hyperparameter], _ points: [[ParameterValue]]) -> [(Int, String, String)] {
        axes.indices.flatMap { axis in
            PointPairs(axes: axes, points: points).pairs(along: axis).map { first, second in
                (axis, points[first][axis].description, points[second][axis].description)
            }
        }
    }

    private func rates(_ count: Int) -> [[ParameterValue]] { (1...count).map { [.real(Double($0))] } }

    @Test func `an axis of up to twelve values has all its pairs`() {
        let pairs = pairs([.learningRate], rates(12))
        #expect(pairs.count == 66)
        #expect(Set(pairs.map { "\($0.1) \($0.2)" }).count == 66)
        #expect(PointPairs(axes: [.learningRate], points: rates(12)).longAxes.isEmpty)
    }

    @Test func `a longer axis has pairs of neighbours, and of all with the first, in the order of their values`() {
        let pairs = pairs([.learningRate], rates(13))
        let expected = (2...13).map { "1 \($0)" } + (2...12).map { "\($0) \($0 + 1)" }
        #expect(pairs.map { "\($0.1) \($0.2)" } == expected)
        let long = PointPairs(axes: [.learningRate], points: rates(13)).longAxes
        #expect(long.map(\.axis) == [.learningRate] && long.map(\.count) == [13])
    }

    @Test(arguments: [100, 1_000, 10_000])
    func `the number of pairs grows with the points, not with their square`(count: Int) {
        #expect(pairs([.learningRate], rates(count)).count == 2 * count - 3)
    }

    @Test func `an axis beside a long one keeps all its pairs`() {
        let points = ["bn", "ln"].flatMap { norm in rates(20).map { [.word(norm)] + $0 } }
        let pairs = pairs([.norm, .learningRate], points)
        #expect(pairs.count { $0.0 == 0 } == 20)
        #expect(pairs.count { $0.0 == 1 } == 2 * (2 * 20 - 3))
        // By the pair's values first, then by the remaining point.
        #expect(pairs.filter { $0.0 == 1 }.prefix(3).map { "\($0.1) \($0.2)" } == ["1 2", "1 2", "1 3"])
    }

    @Test func `a value that is missing from a row makes its neighbours each other's`() {
        var points = ["bn", "ln"].flatMap { norm in rates(14).map { [.word(norm)] + $0 } }
        points.remove(at: 2)
        let own = pairs([.norm, .learningRate], points).filter { $0.0 == 1 }.map { "\($0.1) \($0.2)" }
        #expect(own.count { $0 == "2 4" } == 1)
        #expect(own.count { $0 == "2 3" } == 1)
    }

    @Test func `of several axes there can be more pairs than anybody reads, and then each is long from four values on`()
    {
        let grid = ["bn", "ln", "none"].flatMap { norm in
            (1...12).flatMap { size in rates(6).map { [.word(norm), .integer(size)] + $0 } }
        }
        let all = PointPairs(axes: [.norm, .batchSize, .learningRate], points: grid)
        #expect(all.rowLimit == 12 && all.longAxes.isEmpty)
        let larger = grid.flatMap { point in (1...3).map { point + [.integer($0)] } }
        let pairs = PointPairs(axes: [.norm, .batchSize, .learningRate, .trainLimit], points: larger)
        #expect(pairs.rowLimit == 3)
        #expect(pairs.longAxes.map(\.axis) == [.batchSize, .learningRate])
    }

    @Test func `axes that advance together have no pairs, however long they are`() {
        let points: [[ParameterValue]] = (1...5_000).map { [.integer($0), .real(Double($0))] }
        #expect(pairs([.batchSize, .learningRate], points).isEmpty)
        #expect(PointPairs(axes: [.batchSize, .learningRate], points: points).longAxes.isEmpty)
    }
}
