import Experiment
import Training

/// The images of `ParityTests/Traces/images.py`.
public enum FormulaImages {
    public static func dataSet(train: Int, test: Int) -> DataSet {
        DataSet(
            name: .cifar10, train: records(from: 0, count: train), test: records(from: 1_000_000, count: test),
            digest: DataDigest(rawValue: String(repeating: "5", count: 64))!)
    }

    private static func records(from first: Int, count: Int) -> ImageRecords {
        ImageRecords(bytes: (first..<first + count).flatMap { record(UInt32($0)) })
    }

    public static func record(_ number: UInt32) -> [UInt8] {
        let label = number % 10, hash = number &* 2_654_435_761 &+ 12_345
        let perColumn = 3 + label + hash >> 8 % 16, perRow = 3 + hash >> 12 % 16
        var state = hash
        var bytes = [UInt8(label)]
        bytes.reserveCapacity(3_073)
        for plane: UInt32 in 0..<3 {
            for row: UInt32 in 0..<32 {
                for column: UInt32 in 0..<32 {
                    state = state &* 1_664_525 &+ 1_013_904_223
                    let wave = (column * perColumn + row * perRow + 40 * plane + hash >> 16) & 255
                    bytes.append(UInt8(min(wave, 255 - wave) + state >> 26 + 6 * label))
                }
            }
        }
        return bytes
    }
}
