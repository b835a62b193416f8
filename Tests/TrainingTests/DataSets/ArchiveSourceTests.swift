import Foundation
import TestSupport
import Testing
import Training

struct ArchiveSourceTests {
    @Test func `the official archive has its published checksums`() throws {
        let source = try ArchiveSource()
        #expect(source.url.absoluteString == "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")
        #expect(source.checksums.map(\.algorithm) == [.md5, .sha256])
        #expect(source.checksums.first?.digits == "c32a1d4ab5d03f1284b67883e8d87530")
    }

    @Test func `a mirror must have the official checksums`() throws {
        #expect(try ArchiveSource(address: "http://mirror/a").checksums == ArchiveSource().checksums)
    }

    @Test(arguments: ["ftp://host/a", "host/a", "/a/b", "https://", "http:///a", "file:a", "", "not an address"])
    func `another kind of address is refused`(address: String) throws {
        let error = try #require(throws: DataSetError.self) { _ = try ArchiveSource(address: address) }
        #expect(error.code == .badAddress)
        #expect(error.description.contains("--from"))
    }

    @Test(arguments: ["", "12", String(repeating: "g", count: 32), String(repeating: "é", count: 16)])
    func `a checksum that is none is refused`(md5: String) {
        #expect(throws: DataSetError.self) { try ArchiveSource(md5: md5) }
    }

    /// The digests that RFC 1321 and FIPS 180-4 give for “abc”.
    @Test func `the digests are the standard ones`() throws {
        let temporary = TemporaryDirectory()
        try Data("abc".utf8).write(to: URL(fileURLWithPath: temporary.path + "/abc"))
        let digests = try Checksum.digests(of: temporary.path + "/abc")
        #expect(digests[.md5] == "900150983cd24fb0d6963f7d28e17f72")
        #expect(digests[.sha256] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
