import DurableFiles
import Foundation
import TestSupport
import Testing

/// Files are replaced as a whole.
struct DurableFileTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { temporary.path }

    @Test func `a file is created and replaced, and nothing is left beside it`() throws {
        let path = "\(directory)/file.csv"
        try DurableFile.replace(path, with: Array("one".utf8))
        try DurableFile.replace(path, with: "two".utf8)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two")
        try DurableFile.replace(path, with: [])
        #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
        #expect(try DurableFile.names(in: directory) == ["file.csv"])
    }

    @Test func `a file that cannot be replaced stays, and nothing is left beside it`() throws {
        let path = "\(directory)/taken"
        try DurableFile.makeDirectory("\(path)/full")
        let fault = #expect(throws: FileFault.self) { try DurableFile.replace(path, with: [1]) }
        #expect(fault == FileFault("rename", path: path, code: EISDIR))
        #expect(fault?.description == "cannot rename \(path): Is a directory")
        #expect(try DurableFile.names(in: directory) == ["taken"])
    }

    @Test func `a missing directory is named`() throws {
        let fault = #expect(throws: FileFault.self) { try DurableFile.replace("\(directory)/no/file", with: [1]) }
        #expect(fault?.code == ENOENT)
    }

    @Test func `leftovers of killed writers are removed, other files stay`() throws {
        let names = [".file.csv.12.abc.partial", ".file.csv.bak", ".other.csv.12.abc.partial", "file.csv"]
        for name in names {
            try DurableFile.replace("\(directory)/\(name)", with: [1])
        }
        DurableFile.removeLeftovers(of: "\(directory)/file.csv")
        #expect(try DurableFile.names(in: directory) == Array(names[1...]))
    }

    @Test func `directories are made with their parents`() throws {
        try DurableFile.makeDirectory("\(directory)/a/b/c/")
        try DurableFile.makeDirectory("\(directory)/a/b/c")
        try DurableFile.replace("\(directory)/a/file", with: [1])
        let fault = #expect(throws: FileFault.self) { try DurableFile.makeDirectory("\(directory)/a/file/b") }
        #expect(fault?.code == ENOTDIR)
        #expect(throws: FileFault.self) { try DurableFile.makeDirectory("\(directory)/a/file") }
    }
}
