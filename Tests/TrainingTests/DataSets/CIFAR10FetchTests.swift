import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Training

/// Fetches from a server on this host an archive of full-size batches, which holes and a readme of noise keep short.
@Suite(.timeLimit(.minutes(1)))
struct CIFAR10FetchTests {
    private let temporary: TemporaryDirectory
    private var into: String { temporary.path + "/cache" }
    private var part: String { into + "/cifar-10-binary.tar.gz.part" }
    private var archive: String { temporary.path + "/archive.tar.gz" }
    private let content: [UInt8]
    private let md5: String

    init() throws {
        temporary = TemporaryDirectory()
        let batches = temporary.path + "/cifar-10-batches-bin"
        try writeBlankBatches(into: batches)
        var random = SystemRandomNumberGenerator()
        let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        try Data(noise).write(to: URL(fileURLWithPath: batches + "/readme.html"))
        let archive = temporary.path + "/archive.tar.gz"
        try pack("cifar-10-batches-bin", in: temporary.path, to: archive)
        content = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
        md5 = try #require(try Checksum.digests(of: archive)[.md5])
    }

    /// Runs a fetch from `server`.
    private func fetch(from server: FileServer, md5: String? = nil) throws(DataSetError) -> CIFAR10Fetch.Outcome {
        try fetch(from: server.address, md5: md5)
    }

    private func fetch(from address: String, md5: String? = nil) throws(DataSetError) -> CIFAR10Fetch.Outcome {
        let source = try ArchiveSource(address: address, md5: md5 ?? self.md5)
        return try CIFAR10Fetch(source: source, directory: into).run { _ in }
    }

    private func expectInPlace() throws {
        #expect(try temporary.names(under: "cache") == ["cifar-10-batches-bin"])
        #expect(try CIFAR10Files(directory: into).load().train.count == 50_000)
    }

    private func size(_ path: String) -> Int? {
        (try? Data(contentsOf: URL(fileURLWithPath: path)))?.count
    }

    @Test func `the batches are in place and nothing else is`() throws {
        let server = try FileServer(content)
        defer { server.stop() }
        #expect(try fetch(from: server) == .fetched(directory: into + "/cifar-10-batches-bin"))
        try expectInPlace()
        #expect(try fetch(from: server) == .alreadyThere(directory: into + "/cifar-10-batches-bin"))
        #expect(server.ranges == [nil])
    }

    @Test func `what happens is reported in order`() throws {
        let server = try FileServer(content)
        defer { server.stop() }
        let log = Mutex<[String]>([])
        let source = try ArchiveSource(address: server.address, md5: md5)
        let last = content.count
        _ = try CIFAR10Fetch(source: source, directory: into).run { event in
            switch event {
            case .downloading(_, let start): log.withLock { $0.append("downloading from \(start)") }
            case .received(last, last): log.withLock { $0.append("received all") }
            case .received(_, let total): #expect(total == last)
            case .checking: log.withLock { $0.append("checking") }
            case .unpacking: log.withLock { $0.append("unpacking") }
            }
        }
        #expect(log.withLock { $0 } == ["downloading from 0", "received all", "checking", "unpacking"])
    }

    @Test func `a download that is cut off goes on where it ended`() throws {
        let server = try FileServer(content, answers: [.init(cutAfter: 70_000), .init(cutAfter: 50_000)])
        defer { server.stop() }
        for expected in [70_000, 120_000] {
            let error = try #require(throws: DataSetError.self) { _ = try fetch(from: server) }
            #expect(error.code == .connection)
            #expect(error.offset == expected)
            #expect(error.description.contains("run the same command again to go on from byte \(expected)"))
            #expect(size(part) == expected)
        }
        _ = try fetch(from: server)
        #expect(server.ranges == [nil, "bytes=70000-", "bytes=120000-"])
        try expectInPlace()
    }

    @Test func `a server without ranges starts again`() throws {
        let server = try FileServer(content, answers: [.init(cutAfter: 90_000), .init(knowsRanges: false)])
        defer { server.stop() }
        #expect(throws: DataSetError.self) { try fetch(from: server) }
        _ = try fetch(from: server)
        #expect(server.ranges == [nil, "bytes=90000-"])
        try expectInPlace()
    }

    @Test func `a server that sends another range is refused`() throws {
        let server = try FileServer(content, answers: [.init(cutAfter: 90_000), .init(rangeShift: 1)])
        defer { server.stop() }
        #expect(throws: DataSetError.self) { try fetch(from: server) }
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: server) }
        #expect(error.code == .refused)
        #expect(size(part) == 90_000)
    }

    @Test func `a whole download that was not unpacked is not loaded again`() throws {
        let server = try FileServer(content)
        defer { server.stop() }
        try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: part))
        _ = try fetch(from: server)
        #expect(server.ranges == ["bytes=\(content.count)-"])
        try expectInPlace()
    }

    @Test func `a wrong checksum removes the download`() throws {
        let server = try FileServer(content)
        defer { server.stop() }
        let expected = "c32a1d4ab5d03f1284b67883e8d87530"
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: server, md5: expected) }
        #expect(error.code == .wrongChecksum)
        #expect(error.description.contains("\(expected) expected"))
        #expect(error.description.contains("\(md5) found"))
        #expect(try temporary.names(under: "cache").isEmpty)
        _ = try fetch(from: server)
        #expect(server.ranges == [nil, nil])
    }

    @Test func `a truncated archive never reaches its place`() throws {
        let half = Array(content.prefix(content.count / 2))
        let server = try FileServer(half)
        defer { server.stop() }
        #expect(try #require(throws: DataSetError.self) { _ = try fetch(from: server) }.code == .wrongChecksum)

        // Where the checksum is that of the truncated archive, tar notices.
        try Data(half).write(to: URL(fileURLWithPath: archive))
        let digest = try #require(try Checksum.digests(of: archive)[.md5])
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: server, md5: digest) }
        #expect(error.code == .badArchive)
        #expect(error.description.contains("tar"))
        #expect(try temporary.names(under: "cache") == ["cifar-10-binary.tar.gz.part"])
    }

    @Test func `an archive of other files never reaches its place`() throws {
        try resize(temporary.path + "/cifar-10-batches-bin/data_batch_3.bin", to: 1_000)
        try pack("cifar-10-batches-bin", in: temporary.path, to: archive)
        let digest = try #require(try Checksum.digests(of: archive)[.md5])
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: "file://" + archive, md5: digest) }
        #expect(error.code == .badArchive)
        #expect(error.description.contains("data_batch_3.bin"))
        #expect(!FileManager.default.fileExists(atPath: into + "/cifar-10-batches-bin"))
    }

    @Test func `damaged batches are replaced`() throws {
        try writeBlankBatches(into: into + "/cifar-10-batches-bin")
        try resize(into + "/cifar-10-batches-bin/test_batch.bin", to: 99)
        _ = try fetch(from: "file://" + archive)
        try expectInPlace()
    }

    @Test func `a server that sends the client elsewhere is followed`() throws {
        let server = try FileServer(
            content, answers: [.init(cutAfter: 60_000), .init(status: 302, location: "/moved")])
        defer { server.stop() }
        #expect(throws: DataSetError.self) { try fetch(from: server) }
        _ = try fetch(from: server)
        #expect(server.ranges == [nil, "bytes=60000-", "bytes=60000-"])
        try expectInPlace()
    }

    @Test func `without curl the remedy is said, and a file still does`() throws {
        let nothing = TemporaryDirectory()
        func fetch(from address: String) throws(DataSetError) -> CIFAR10Fetch.Outcome {
            let source = try ArchiveSource(address: address, md5: md5)
            return try CIFAR10Fetch(source: source, directory: into, environment: ["PATH": nothing.path]).run { _ in }
        }
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: "http://127.0.0.1:1/a") }
        #expect(error.code == .missingProgram)
        #expect(error.description.contains("apt-get install curl"))
        #expect(error.description.contains("--from file:///PATH"))
        _ = try fetch(from: "file://" + archive)
        try expectInPlace()
    }

    @Test func `a start-up file of the user's curl changes nothing`() throws {
        let home = TemporaryDirectory()
        try Data("output = \"\(home.path)/elsewhere\"\n".utf8).write(to: URL(fileURLWithPath: home.path + "/.curlrc"))
        let server = try FileServer(content)
        defer { server.stop() }
        let environment = ProcessInfo.processInfo.environment.merging(["HOME": home.path]) { $1 }
        let source = try ArchiveSource(address: server.address, md5: md5)
        _ = try CIFAR10Fetch(source: source, directory: into, environment: environment).run { _ in }
        try expectInPlace()
        #expect(try home.names(under: "") == [".curlrc"])
    }

    @Test(arguments: [404, 500, 403, 302]) func `a refusal keeps what is there`(status: Int) throws {
        let server = try FileServer(content, answers: [.init(cutAfter: 80_000), .init(status: status)])
        defer { server.stop() }
        #expect(throws: DataSetError.self) { try fetch(from: server) }
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: server) }
        #expect(error.code == .refused)
        #expect(error.path == server.address)
        #expect(error.description.contains("\(status)"))
        #expect(size(part) == 80_000)
    }

    @Test func `no server is said in one line`() throws {
        let (descriptor, port) = try FileServer.bound()
        defer { close(descriptor) }
        let error = try #require(throws: DataSetError.self) {
            _ = try fetch(from: "http://127.0.0.1:\(port)/archive.tar.gz")
        }
        #expect(error.code == .connection)
        #expect(error.description.contains("127.0.0.1:\(port)"))
        #expect(!error.description.contains("\n"))
    }

    @Test func `a local archive is read and left where it is`() throws {
        let wrong = String(repeating: "0", count: 32)
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: "file://" + archive, md5: wrong) }
        #expect(error.code == .wrongChecksum)
        _ = try fetch(from: "file://" + archive)
        try expectInPlace()
        #expect(size(archive) == content.count)
    }

    @Test func `a second fetch into the same directory is turned away`() throws {
        try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: true)
        let descriptor = open(part, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX) == 0)
        let error = try #require(throws: DataSetError.self) { _ = try fetch(from: "file://" + archive) }
        #expect(error.code == .busy)
        #expect(error.path == part)
    }

    @Test func `a directory that cannot be made is named`() throws {
        let source = try ArchiveSource(address: "file://" + archive, md5: md5)
        let error = try #require(throws: DataSetError.self) {
            _ = try CIFAR10Fetch(source: source, directory: "/dev/null/cache").run { _ in }
        }
        #expect(error.code == .system)
        #expect(error.path == "/dev/null/cache")
    }
}
