import DurableFiles
import Experiment
import Statistics

/// `predictions/`: for each finished task a file for numpy that says of every test image whether it is right, and
/// `index.csv`, which says what the tasks are.
public struct PredictionFiles {
    /// How many tasks have a file.
    public private(set) var count = 0
    /// How many finished tasks have none, since an earlier version trained them.
    public private(set) var missingCount = 0
    public let indexPath: String

    /// Writes them, each complete at every moment.
    ///
    /// - Parameter directory: that of the tables; the files lie in `predictions` there.
    /// - Throws: `FileFault`, and what reading the source throws.
    public init(_ source: some RecordSource, in directory: String) throws {
        let folder = "\(directory)/predictions"
        indexPath = "\(folder)/index.csv"
        try DurableFile.makeDirectory(folder)
        var (count, missingCount) = (0, 0)
        // The index comes last: a task that stands in it has its file.
        try DurableFile.replace(indexPath) { appender in
            let columns = ["task"] + source.axisColumns + ["seed", "images", "right"]
            var table = try CSVText(columns: columns) { try appender.append($0) }
            for entry in source.tasksByPoint() {
                for task in entry.tasks {
                    guard let outcomes = try source.outcomes(of: task) else {
                        missingCount += try source.isFinished(task) ? 1 : 0
                        continue
                    }
                    try DurableFile.replace("\(folder)/\(task.id.rawValue).npy", with: numpyFile(of: outcomes))
                    count += 1
                    table.field(task.id.rawValue)
                    entry.point.values.forEach { table.field($0.description) }
                    for number in [task.parameters.seed, outcomes.count, outcomes.rightCount] { table.field(number) }
                    try table.endRow()
                }
            }
            try table.end()
        }
        (self.count, self.missingCount) = (count, missingCount)
    }
}

/// A one-dimensional array of bool in numpy's format 1.0 (NEP 1): magic bytes, version, the length of the header, the
/// header as a Python literal filled up to a multiple of 64 bytes, and a byte of 0 or 1 for each image.
package func numpyFile(of outcomes: ImageOutcomes) -> [UInt8] {
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let description = "{'descr': '|b1', 'fortran_order': False, 'shape': (\(outcomes.count),), }"
    let used = start.count + 2 + description.utf8.count + 1
    let header = description + String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    return start + [UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8)
        + (0..<outcomes.count).map { outcomes[$0] ? 1 : 0 }
}
