import Crypto
import Experiment

/// The images that a task trains on and is validated with.
public struct DataSet: Sendable {
    public let name: DataSetName
    public let train: ImageRecords
    public let test: ImageRecords
    /// The SHA-256 over all training records, then all test records.
    public let digest: DataDigest

    public init(name: DataSetName, train: ImageRecords, test: ImageRecords, digest: DataDigest) {
        self.name = name
        self.train = train
        self.test = test
        self.digest = digest
    }

    /// Opens a data set and checks it: the size of every file and every label.
    ///
    /// - Parameters:
    ///   - directory: For CIFAR-10, the directory that holds `data_batch_1.bin` to `data_batch_5.bin` and
    ///     `test_batch.bin`, or its parent; `nil` for the cache, `DataCache.directory`. `shapes` needs none.
    ///   - digest: The digest, where the caller has it from an earlier load of the same files, so that of many
    ///     trainers on a host none hashes 184 MB again. It is taken on trust; `nil` computes it.
    /// - Throws: An error that names the file and, where one is at fault, the byte.
    public static func load(
        _ name: DataSetName, directory: String?, trusting digest: DataDigest? = nil
    ) throws(DataSetError) -> DataSet {
        switch name {
        case .cifar10:
            let files = try CIFAR10Files(directory: DataCache.directory(named: directory))
            let (train, test) = try files.load()
            return DataSet(name: name, train: train, test: test, trusting: digest)
        case .shapes:
            return DataSet(name: name, train: Shapes.train(), test: Shapes.test(), trusting: digest)
        }
    }

    private init(name: DataSetName, train: ImageRecords, test: ImageRecords, trusting digest: DataDigest?) {
        self.init(name: name, train: train, test: test, digest: digest ?? Self.digest(train: train, test: test))
    }

    /// The SHA-256 over all training records, then all test records.
    public static func digest(train: ImageRecords, test: ImageRecords) -> DataDigest {
        var hash = SHA256()
        train.forEachRun { hash.update(bufferPointer: $0) }
        test.forEachRun { hash.update(bufferPointer: $0) }
        return DataDigest(hash.finalize())
    }
}
