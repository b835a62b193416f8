import Experiment
import Testing
import Training

struct ShapesTests {
    private let data: DataSet

    init() throws {
        data = try DataSet.load(.shapes, directory: nil)
    }

    /// A new digest renames every task on `shapes` and makes recorded results incomparable: change it only with them.
    @Test func `the bytes are the same on every host`() {
        #expect(data.digest.rawValue == "341c382a1f105d4affb6b1739543341a15d842b7f0ba5bfb41fe1ab72805671d")
    }

    @Test func `every prefix has equally many of each class`() {
        #expect(data.train.count == 3_000 && data.test.count == 600)
        #expect(DataSetName.shapes.images == ImageCounts(train: data.train.count, test: data.test.count))
        for records in [data.train, data.test, data.train.prefix(100)] {
            let counts = (0..<records.count).reduce(into: [Int](repeating: 0, count: 10)) { counts, index in
                counts[records.label(at: index)] += 1
            }
            #expect(counts == [Int](repeating: records.count / 10, count: 10))
        }
    }

    @Test func `no two images are equal`() {
        var seen: Set<[UInt8]> = []
        for records in [data.train, data.test] {
            for index in 0..<records.count {
                seen.insert(records.withPixels(at: index) { Array(UnsafeBufferPointer(start: $0, count: 3_072)) })
            }
        }
        #expect(seen.count == 3_600)
    }
}

struct ShapeOutlineTests {
    @Test(arguments: zip(ShapeKind.allCases, outlines))
    func `each class has its outline`(kind: ShapeKind, rows: String) {
        let outline = ShapeOutline(kind: kind, radius: 5, thickness: 2, flipped: false)
        let drawn = (-5...5).map { y in
            String((0...10).map { outline.row(y) >> UInt64($0) & 1 == 1 ? "#" : "." })
        }
        #expect(drawn.joined(separator: "\n") == rows)
    }
}

/// Every class at radius 5 and thickness 2, in the order of `ShapeKind`.
private let outlines = [
    """
    ...#####...
    ..#######..
    .#########.
    ###########
    ###########
    ###########
    ###########
    ###########
    .#########.
    ..#######..
    ...#####...
    """,
    """
    ...#####...
    ..#######..
    .###...###.
    ###.....###
    ##.......##
    ##.......##
    ##.......##
    ###.....###
    .###...###.
    ..#######..
    ...#####...
    """,
    """
    ...........
    .#########.
    .#########.
    .#########.
    .#########.
    .#########.
    .#########.
    .#########.
    .#########.
    .#########.
    ...........
    """,
    """
    ...........
    .#########.
    .#########.
    .##.....##.
    .##.....##.
    .##.....##.
    .##.....##.
    .##.....##.
    .#########.
    .#########.
    ...........
    """,
    """
    .....#.....
    .....#.....
    ....###....
    ....###....
    ...#####...
    ...#####...
    ..#######..
    ..#######..
    .#########.
    .#########.
    ###########
    """,
    """
    .....#.....
    ....###....
    ...#####...
    ..#######..
    .#########.
    ###########
    .#########.
    ..#######..
    ...#####...
    ....###....
    .....#.....
    """,
    """
    ....###....
    ....###....
    ....###....
    ....###....
    ###########
    ###########
    ###########
    ....###....
    ....###....
    ....###....
    ....###....
    """,
    """
    ##.......##
    .##.....##.
    ..##...##..
    ...##.##...
    ....###....
    ....###....
    ....###....
    ...##.##...
    ..##...##..
    .##.....##.
    ##.......##
    """,
    """
    ###########
    ###########
    ...........
    ...........
    ###########
    ###########
    ...........
    ...........
    ###########
    ###########
    ...........
    """,
    """
    ##..##..##.
    ##..##..##.
    ..##..##..#
    ..##..##..#
    ##..##..##.
    ##..##..##.
    ..##..##..#
    ..##..##..#
    ##..##..##.
    ##..##..##.
    ..##..##..#
    """,
]
