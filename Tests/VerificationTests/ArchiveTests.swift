import ChildProcesses
import Foundation
import TestSupport
import Testing
import Verification

/// A bundle is a tar archive that everybody can unpack, and nothing but that is read as one.
struct ArchiveTests {
    private let directory = TemporaryDirectory()

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    private func run(_ line: String) throws -> FinishedProcess {
        try FinishedProcess(running: ["sh", "-c", "cd \(directory.path) && \(line)"])
    }

    private func open(_ path: String) -> String? { finding { _ = try SweepBundle(path, isDirectory: false) } }

    @Test func `the same files give the same bytes`() throws {
        let files = try SampleSweep().files()
        let (first, second) = (try directory.pack(files, as: "a.tar"), try directory.pack(files, as: "b.tar"))
        #expect(try bytes(first) == bytes(second))
        #expect(try bytes(first).count.isMultiple(of: 512))
    }

    @Test func `tar unpacks it, sha256sum checks it, and it is read in either form`() throws {
        let files = try SampleSweep().files()
        let archive = try directory.pack(files)
        let tar = try run("tar -xf sample.tar && cd sample && sha256sum --quiet --strict -c MANIFEST")
        #expect(tar.end == .exited(0), "\(tar.errors)")
        #expect(SweepBundle.isUnpacked(in: directory.file("sample")) && !SweepBundle.isUnpacked(in: directory.path))
        for bundle in [
            try SweepBundle(archive, isDirectory: false), try SweepBundle(directory.file("sample"), isDirectory: true),
        ] {
            for (file, content) in files {
                #expect(try bundle[file]?.allBytes() == content, "\(file.name)")
            }
        }
    }

    @Test(arguments: ["ustar", "gnu"])
    func `an archive that tar packed again is the same bundle`(format: String) throws {
        _ = try directory.pack(SampleSweep().files())
        let tar = try run("tar -xf sample.tar && tar --format=\(format) -cf again.tar sample")
        #expect(tar.end == .exited(0), "\(tar.errors)")
        #expect(open(directory.file("again.tar")) == nil)
    }

    @Test func `a compressed archive says how to unpack it`() throws {
        _ = try directory.pack(SampleSweep().files())
        #expect(try run("gzip sample.tar").end == .exited(0))
        #expect(open(directory.file("sample.tar.gz"))?.contains("gunzip") == true)
    }

    @Test(arguments: [
        ("../../etc/x", "is no file of a bundle"), ("/etc/x", "is no file of a bundle"),
        ("sample/../epochs.csv", "is no file of a bundle"), ("epochs.csv", "is no file of a bundle"),
        ("sample/other.csv", "is no file of a bundle"), ("other/final.csv", "is no file of a bundle"),
        ("sample/epochs.csv", "is there twice"),
    ])
    func `a name that is none of a bundle's is refused before anything is read`(name: String, reason: String) throws {
        var files = try SampleSweep().files()
        files[.table(.attempts)] = nil
        let archive = try bytes(try directory.pack(files))
        // Before the archive's end, the first file once more, under the name.
        let size = try #require(Int(archive[124..<135].map { String(UnicodeScalar($0)) }.joined(), radix: 8))
        let copy = renamed(Array(archive[..<512]), name) + archive[512..<512 + (size + 511) / 512 * 512]
        let end = [UInt8](repeating: 0, count: 1024)
        try Data(archive.dropLast(1024) + copy + end).write(to: URL(filePath: directory.file("bad.tar")))
        let message = try #require(open(directory.file("bad.tar")))
        #expect(message.contains(reason), "\(message)")
    }

    /// A header with another name, and the sum of its bytes.
    private func renamed(_ header: [UInt8], _ name: String) -> [UInt8] {
        var header = header
        let letters = Array(name.utf8)
        for place in 0..<100 { header[place] = place < letters.count ? letters[place] : 0 }
        var sum = 0
        for (place, byte) in header.enumerated() { sum += (148..<156).contains(place) ? 32 : Int(byte) }
        let digits = String(sum, radix: 8)
        let field = "\(String(repeating: "0", count: 6 - digits.count))\(digits)\0 "
        header.replaceSubrange(148..<156, with: Array(field.utf8))
        return header
    }

    @Test func `a link, a device or a cut archive is none`() throws {
        let archive = try bytes(try directory.pack(SampleSweep().files()))
        var linked = archive
        linked[156] = UInt8(ascii: "2")
        for (name, bytes) in [
            ("link", linked), ("cut", Array(archive.prefix(1000))), ("open", Array(archive.dropLast(1024))),
            ("longer", archive + [1]), ("empty", []), ("text", Array("name: sample\n".utf8)),
        ] {
            try Data(bytes).write(to: URL(filePath: directory.file(name)))
            #expect(open(directory.file(name))?.hasPrefix(directory.file(name)) == true, "\(name)")
        }
    }

    @Test func `a file that must be there, or is too large, is named`() throws {
        var files = try SampleSweep().files()
        files[.records] = nil
        #expect(open(try directory.pack(files))?.contains("no bundle: it has no records.csv") == true)
        let others = "MANIFEST bundle.txt hosts.csv records.csv outcomes.csv"
        #expect(try run("mkdir d && cd d && truncate -s 2M sweep.yaml && touch \(others)").end == .exited(0))
        #expect(
            finding { _ = try SweepBundle(directory.file("d"), isDirectory: true) }?.hasPrefix("sweep.yaml: has 2.1 MB")
                == true)
    }

    @Test func `a link or a pipe in an unpacked bundle is not followed`() throws {
        _ = try directory.pack(SampleSweep().files())
        for trap in ["ln -s /etc/passwd", "mkfifo"] {
            let tar = try run("rm -rf sample && tar -xf sample.tar && rm sample/hosts.csv && \(trap) sample/hosts.csv")
            #expect(tar.end == .exited(0), "\(tar.errors)")
            #expect(throws: (any Error).self) { _ = try SweepBundle(directory.file("sample"), isDirectory: true) }
        }
    }
}
