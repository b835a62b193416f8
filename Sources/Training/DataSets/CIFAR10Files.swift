import Glibc

/// The six binary batches of CIFAR-10 in a directory, each of 10,000 records.
package struct CIFAR10Files: Sendable {
    package static let directoryName = "cifar-10-batches-bin"
    package static let trainBatches = (1...5).map { "data_batch_\($0).bin" }
    package static let testBatch = "test_batch.bin"
    package static let recordsPerBatch = 10_000

    static let remedy = "get it whole with `sweep data fetch`, or name another directory with `--data DIR`"

    /// The directory that holds the batches.
    package let directory: String

    /// Finds the batches in `directory` or in its subdirectory `cifar-10-batches-bin`.
    ///
    /// - Throws: a `DataSetError` where none of them holds a batch, or can be read.
    package init(directory: String) throws(DataSetError) {
        let candidates = [directory, directory + "/" + Self.directoryName]
        guard let found = candidates.first(where: Self.holdsSomeBatch) else {
            try Self.checkReadable(directory)
            throw DataSetError(
                .notFound, path: directory, errno: ENOENT,
                message:
                    "CIFAR-10 is not there; get it with `sweep data fetch`, or name its directory with `--data DIR`")
        }
        self.directory = found
    }

    /// Maps all batches and checks every size and every label.
    ///
    /// - Throws: a `DataSetError` that names the batch that is missing, cannot be read, or has a wrong size or label.
    package func load() throws(DataSetError) -> (train: ImageRecords, test: ImageRecords) {
        var batches: [MappedFile] = []
        for name in Self.trainBatches + [Self.testBatch] {
            batches.append(try map(name))
        }
        // Sizes first: they cost nothing, and a missing file is named before the labels of the others are read.
        for batch in batches {
            try Self.checkLabels(of: batch)
        }
        return (Self.records(in: Array(batches.dropLast())), Self.records(in: Array(batches.suffix(1))))
    }

    private func map(_ name: String) throws(DataSetError) -> MappedFile {
        let path = directory + "/" + name
        do {
            return try MappedFile(path: path, byteCount: Self.recordsPerBatch * ImageRecords.recordByteCount)
        } catch  where error.errno == ENOENT {
            throw DataSetError(
                .missingBatch, path: path, errno: ENOENT, message: "this batch of CIFAR-10 is missing; \(Self.remedy)")
        }
    }

    private static func records(in batches: [MappedFile]) -> ImageRecords {
        ImageRecords(
            storage: RecordStorage(segments: batches, recordsPerSegment: recordsPerBatch),
            count: batches.count * recordsPerBatch)
    }

    private static func checkLabels(of batch: MappedFile) throws(DataSetError) {
        var offset = 0
        while offset < batch.byteCount {
            let label = batch.start[offset]
            guard label < ImageRecords.classCount else {
                throw DataSetError(
                    .badLabel, path: batch.path, offset: offset,
                    message: "label \(label) at byte offset \(offset), over 9; \(remedy)")
            }
            offset += ImageRecords.recordByteCount
        }
    }

    private static func holdsSomeBatch(_ directory: String) -> Bool {
        (trainBatches + [testBatch]).contains { access(directory + "/" + $0, F_OK) == 0 }
    }

    /// Tells a directory that may not be searched from one that is not there.
    private static func checkReadable(_ directory: String) throws(DataSetError) {
        if access(directory, X_OK) != 0, errno != ENOENT {
            throw .system("open the directory", path: directory, errno: errno)
        }
    }
}
