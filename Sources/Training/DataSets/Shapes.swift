import Experiment

/// The built-in data set: ten classes of 32 × 32 colour drawings, made on the spot.
///
/// Integer arithmetic and one fixed random sequence for each part make the bytes the same on every host; their digest
/// is a golden value of the tests, for a change of one byte would rename every task on `shapes`. The drawings vary in
/// place, size, proportions and colour, lie among strokes and under blots, and carry noise, so that the network of the
/// sweeps reaches 75 to 95 % in three epochs, not 100.
package enum Shapes {
    private static let counts = DataSetName.shapes.images

    package static func train() -> ImageRecords { draw(count: counts.train, seed: 0x7368_6170_6573_0001) }
    package static func test() -> ImageRecords { draw(count: counts.test, seed: 0x7368_6170_6573_0002) }

    /// The classes take turns, so every prefix has nearly equally many of each.
    private static func draw(count: Int, seed: UInt64) -> ImageRecords {
        var random = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * ImageRecords.recordByteCount)
        var canvas = ShapeCanvas()
        for index in 0..<count {
            let kind = ShapeKind.allCases[index % ShapeKind.allCases.count]
            canvas.draw(kind, random: &random)
            bytes.append(UInt8(kind.rawValue))
            canvas.appendPixels(to: &bytes)
        }
        return ImageRecords(bytes: bytes)
    }
}

extension SeededRandom {
    /// A number of `range`, which is shorter than 2³². Its odds are off by less than one in 2³² / length.
    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        let length = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(((next() >> 32) &* length) >> 32)
    }
}
