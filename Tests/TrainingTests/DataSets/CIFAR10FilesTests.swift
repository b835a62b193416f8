import Experiment
import Foundation
import Glibc
import TestSupport
import Testing
import Training

struct CIFAR10FilesTests {
    private let temporary: TemporaryDirectory
    private let directory: String

    init() throws {
        temporary = TemporaryDirectory()
        directory = temporary.path + "/cifar-10-batches-bin"
        try writeBlankBatches(into: directory)
    }

    private func load(_ directory: String) throws(DataSetError) -> DataSet {
        // The digest of anything: these tests are not about it, and hashing takes the longest.
        try DataSet.load(
            .cifar10, directory: directory, trusting: DataDigest(rawValue: String(repeating: "0", count: 64)))
    }

    @Test(arguments: ["", "/cifar-10-batches-bin"])
    func `the directory and its parent are both right`(suffix: String) throws {
        let data = try load(temporary.path + suffix)
        #expect(data.name == .cifar10)
        #expect(data.train.count == 50_000 && data.test.count == 10_000)
        #expect(DataSetName.cifar10.images == ImageCounts(train: data.train.count, test: data.test.count))
    }

    @Test func `records come in the order of the batches`() throws {
        for (index, name) in batchNames.enumerated() {
            try overwrite(directory + "/" + name, at: 0, with: [UInt8(index), UInt8(10 + index)])
            try overwrite(directory + "/" + name, at: 30_730_000 - 3_073, with: [9])
            try overwrite(directory + "/" + name, at: 30_730_000 - 1, with: [UInt8(20 + index)])
        }
        let data = try load(directory)
        for batch in 0..<5 {
            #expect(data.train.label(at: 10_000 * batch) == batch)
            #expect(data.train.withPixels(at: 10_000 * batch) { $0[0] } == UInt8(10 + batch))
            #expect(data.train.label(at: 10_000 * batch + 9_999) == 9)
            #expect(data.train.withPixels(at: 10_000 * batch + 9_999) { $0[3_071] } == UInt8(20 + batch))
        }
        #expect(data.test.label(at: 0) == 5)
        #expect(data.test.withPixels(at: 9_999) { $0[3_071] } == 25)
        #expect(data.train.prefix(20_001).label(at: 20_000) == 2)
    }

    /// By `head -c 184380000 /dev/zero | sha256sum`.
    @Test func `the digest is over all records unless the caller knows it`() throws {
        #expect(
            try DataSet.load(.cifar10, directory: directory).digest.rawValue
                == "e9737878d0fc8a6ccb0ca17a8e077751d585606795da1f3a7e4da564276f2f32")
        let known = try #require(DataDigest(rawValue: String(repeating: "a", count: 64)))
        #expect(try DataSet.load(.cifar10, directory: directory, trusting: known).digest == known)
    }

    @Test(arguments: batchNames) func `a missing batch is named`(name: String) throws {
        try FileManager.default.removeItem(atPath: directory + "/" + name)
        let error = try #require(throws: DataSetError.self) { _ = try load(temporary.path) }
        #expect(error.code == .missingBatch)
        #expect(error.path == directory + "/" + name)
        #expect(error.errno == ENOENT)
        #expect(error.description.contains("sweep data fetch"))
    }

    @Test(arguments: [0, 1, 3_073, 30_729_999]) func `a truncated batch is named with the byte where it ends`(size: Int)
        throws
    {
        try resize(directory + "/data_batch_4.bin", to: size)
        let error = try #require(throws: DataSetError.self) { _ = try load(directory) }
        #expect(error.code == .wrongSize)
        #expect(error.path == directory + "/data_batch_4.bin")
        #expect(error.offset == size)
        #expect(error.description.contains("truncated at byte offset \(size)"))
    }

    @Test func `a batch that is too long is refused`() throws {
        try resize(directory + "/test_batch.bin", to: 30_733_073)
        let error = try #require(throws: DataSetError.self) { _ = try load(directory) }
        #expect(error.code == .wrongSize)
        #expect(error.offset == 30_730_000)
    }

    @Test(arguments: [(0, UInt8(10)), (1, 255), (9_999, 10)])
    func `a label over 9 is named with its byte`(record: Int, label: UInt8) throws {
        try overwrite(directory + "/data_batch_2.bin", at: record * 3_073, with: [label])
        let error = try #require(throws: DataSetError.self) { _ = try load(directory) }
        #expect(error.code == .badLabel)
        #expect(error.path == directory + "/data_batch_2.bin")
        #expect(error.offset == record * 3_073)
        #expect(error.description.contains("label \(label) at byte offset \(record * 3_073)"))
        #expect(!error.description.contains("\n"))
    }

    @Test func `a directory without batches asks for a fetch`() throws {
        for path in [temporary.path + "/none", "/dev/null", "/"] {
            let error = try #require(throws: DataSetError.self) { _ = try load(path) }
            #expect(error.path == path)
            #expect(error.code == .notFound || error.code == .system)
        }
        let error = try #require(throws: DataSetError.self) { _ = try load(temporary.path + "/none") }
        #expect(error.description.contains("`sweep data fetch`"))
        #expect(error.description.contains("`--data DIR`"))
    }

    @Test func `a batch that is no file is refused`() throws {
        try FileManager.default.removeItem(atPath: directory + "/data_batch_1.bin")
        try FileManager.default.createDirectory(
            atPath: directory + "/data_batch_1.bin", withIntermediateDirectories: false)
        let error = try #require(throws: DataSetError.self) { _ = try load(directory) }
        #expect(error.code == .system)
        #expect(error.errno == EISDIR)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a batch that may not be read is named`() throws {
        chmod(directory + "/data_batch_3.bin", 0)
        let error = try #require(throws: DataSetError.self) { _ = try load(directory) }
        #expect(error.code == .system)
        #expect(error.errno == EACCES)
        #expect(error.path == directory + "/data_batch_3.bin")
    }
}
