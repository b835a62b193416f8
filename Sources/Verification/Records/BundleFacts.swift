import Experiment

/// `bundle.txt`: what was published, for people and for who checks it.
///
/// Nothing in it tells when or where the bundle was made: a directory gives the same bundle on every host.
package struct BundleFacts: Sendable, Equatable {
    /// Raised when an older program could not read a bundle any more.
    static let format = "sweep-bundle-1"

    /// Of the sweep.
    package var name: String
    /// Of the program that made the bundle, and so its tables.
    package var version: String
    package var data: DataSetName
    package var dataDigest: DataDigest
    /// Of the sweep, whether trained or not.
    package var taskCount: Int
    /// An epoch of a task each.
    package var recordCount: Int
    /// All that were used, by name.
    package var kernels: [String]

    package init(
        name: String, version: String, data: DataSetName, dataDigest: DataDigest, taskCount: Int, recordCount: Int,
        kernels: [String]
    ) {
        self.name = name
        self.version = version
        self.data = data
        self.dataDigest = dataDigest
        self.taskCount = taskCount
        self.recordCount = recordCount
        self.kernels = kernels
    }

    private static let keys = ["format", "name", "version", "data", "data_sha256", "tasks", "records", "kernels"]

    package var text: String {
        let values = [
            Self.format, name, version, data.rawValue, dataDigest.rawValue, String(taskCount), String(recordCount),
            kernels.joined(separator: " "),
        ]
        return zip(Self.keys, values).map { "\($0): \($1)\n" }.joined()
    }

    /// Reads `text` back.
    ///
    /// - Throws: `Finding` with the line.
    package init(_ text: String) throws(Finding) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var values: [String] = []
        for (index, key) in Self.keys.enumerated() {
            guard index < lines.count, lines[index].hasPrefix("\(key): ") else {
                throw Self.finding(index, "there must be a line that begins with \(key):")
            }
            values.append(String(lines[index].dropFirst(key.count + 2)))
            guard index > 0 || values[0] == Self.format else {
                throw Self.finding(0, "\(shown(values[0])) is a format that this version cannot read; use a newer one")
            }
        }
        guard lines.count == Self.keys.count + 1, lines.last?.isEmpty == true else {
            throw Self.finding(Self.keys.count, "nothing can follow here")
        }
        try self.init(values)
    }

    private init(_ values: [String]) throws(Finding) {
        guard let data = DataSetName(rawValue: values[3]) else {
            throw Self.finding(3, "\(shown(values[3])) is no data set of this version")
        }
        guard let digest = DataDigest(rawValue: values[4]) else {
            throw Self.finding(4, "\(shown(values[4])) is no SHA-256")
        }
        guard let tasks = Int(values[5]), (1...Sweep.taskLimit).contains(tasks) else {
            throw Self.finding(5, "\(shown(values[5])) is no number of tasks")
        }
        guard let records = Int(values[6]), records >= 0 else {
            throw Self.finding(6, "\(shown(values[6])) is no number of records")
        }
        self.init(
            name: values[1], version: values[2], data: data, dataDigest: digest, taskCount: tasks,
            recordCount: records, kernels: values[7].split(separator: " ").map(String.init))
    }

    static func finding(_ index: Int, _ reason: String) -> Finding {
        Finding(BundleFile.facts.name, line: index + 1, reason)
    }

    /// What the bundle's sweep file says otherwise; `nil` where nothing differs.
    func difference(from sweep: Sweep) -> Finding? {
        if name != sweep.name { return Self.finding(1, "\(shown(name)) is not the name in sweep.yaml, \(sweep.name)") }
        if data != sweep.data { return Self.finding(3, "\(data.rawValue) is not the data set of sweep.yaml") }
        return nil
    }

    /// What the bundle's records say otherwise; `nil` where nothing differs.
    func difference(from digests: TaskDigests) -> Finding? {
        if taskCount != digests.rows.count {
            return Self.finding(5, "\(taskCount) tasks, and sweep.yaml has \(digests.rows.count)")
        }
        if recordCount != digests.recordCount {
            return Self.finding(6, "\(recordCount) records, and the tables have \(digests.recordCount)")
        }
        return nil
    }
}
