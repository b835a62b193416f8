import Experiment
import Training

/// Images for measurements: bytes by a formula, more than a cache holds, and ten classes that can be told apart.
enum FormulaImages {
    /// 31 MB of training images.
    static let trainCount = 10_240

    static func dataSet(trainCount: Int, testCount: Int) -> DataSet {
        let train = ImageRecords(bytes: bytes(from: 0, count: trainCount))
        let test = ImageRecords(bytes: bytes(from: trainCount, count: testCount))
        return DataSet(
            name: .cifar10, train: train, test: test, digest: DataSet.digest(train: train, test: test))
    }

    /// Records: the label, then a noise whose range depends on it.
    static func bytes(from first: Int, count: Int) -> [UInt8] {
        let size = ImageRecords.recordByteCount
        return [UInt8](unsafeUninitializedCapacity: count * size) { buffer, filled in
            for image in 0..<count {
                var state = UInt32(truncatingIfNeeded: (first + image) &* 2_654_435_761)
                let label = image % ImageRecords.classCount, start = image * size
                buffer[start] = UInt8(label)
                for place in 1..<size {
                    state = state &* 1_664_525 &+ 1_013_904_223
                    buffer[start + place] = UInt8(state >> 25) + UInt8(12 * label)
                }
            }
            filled = count * size
        }
    }
}
