import DurableFiles
import Experiment
import Foundation
import Glibc
import Journal
import TestSupport
import Testing

/// Checkpoint files have their names when their bytes are safe, and not before.
struct CheckpointFileTests {
    private let directory = TemporaryDirectory()
    private let task = samplePlan().tasks[0].id
    private let key = AttemptKey(task: samplePlan().tasks[0].id, attempt: Attempt(rawValue: 1))
    private let content = CheckpointContent(epoch: 3, bytes: (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })

    private func files() throws -> CheckpointFiles {
        try Journal.open(in: directory.run(), plan: samplePlan()).close()
        return CheckpointFiles(in: directory.run())
    }

    private var names: [String] {
        get throws { try DurableFile.names(in: directory.run().checkpoints) }
    }

    @Test func `pieces become a file that is read back in pieces`() throws {
        let files = try files()
        for piece in content.pieces(limit: 300) {
            #expect(try files.newest().isEmpty)
            let isLast = piece.end == 1_000
            #expect(try files.add(piece, of: key) == isLast)
        }
        #expect(try files.newest() == [task: content.label])
        #expect(try names.count == 1)
        var assembly = CheckpointAssembly(of: content.label)
        while !assembly.isComplete {
            let piece = try files.read(content.label, of: task, at: assembly.offset, limit: 256)
            let isNext = assembly.append(piece)
            #expect(isNext)
        }
        #expect(assembly.content() == content)
        files.remove(content.label, of: task)
        #expect(try names.isEmpty)
        #expect(throws: FileFault.self) { try files.read(content.label, of: task, at: 0, limit: 1) }
    }

    @Test func `bytes that are not those of the label are refused and removed`() throws {
        let files = try files()
        var pieces = content.pieces(limit: 300)
        pieces[1] = CheckpointPiece(label: content.label, offset: 300, bytes: Array(repeating: 9, count: 300))
        for piece in pieces.dropLast() { _ = try files.add(piece, of: key) }
        let fault = #expect(throws: FileFault.self) { try files.add(pieces.last!, of: key) }
        #expect(fault?.action == "verify")
        #expect(try names.isEmpty)
    }

    @Test func `a file that went bad on the disk is refused with its first piece`() throws {
        let files = try files()
        for piece in content.pieces(limit: 300) { _ = try files.add(piece, of: key) }
        let path = directory.run().checkpoints + "/" + (try #require(try names.first))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[700] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let fault = #expect(throws: FileFault.self) { try files.read(content.label, of: task, at: 0, limit: 300) }
        #expect(fault?.action == "verify")
    }

    @Test func `a file that became shorter is refused`() throws {
        let files = try files()
        for piece in content.pieces(limit: 300) { _ = try files.add(piece, of: key) }
        #expect(truncate(directory.run().checkpoints + "/" + (try #require(try names.first)), 500) == 0)
        for offset in [0, 400] {
            let fault = #expect(throws: FileFault.self) {
                try files.read(content.label, of: task, at: offset, limit: 300)
            }
            #expect(fault?.action == "read" && fault?.code == EIO)
        }
    }

    @Test func `names that no checkpoint has are passed over and left`() throws {
        let files = try files()
        let digest = content.label.digest.rawValue
        let others = [
            "\(task)-0-\(digest).safetensors", "\(task)-x-\(digest).safetensors", "\(task)-3-abc.safetensors",
            "zz-3-\(digest).safetensors", "\(task)-3-\(digest).safetensors.header", "\(task)-3-\(digest).safetensors",
        ]
        for name in others {
            // The last one would be one, if it had any bytes.
            let bytes = name == others.last ? Data() : Data([1])
            try bytes.write(to: URL(filePath: directory.run().checkpoints + "/" + name))
        }
        #expect(try files.newest().isEmpty)
        try files.removeAll(except: [:])
        #expect(try names == others.sorted())
    }

    @Test func `a transfer that begins anew forgets the pieces before`() throws {
        let files = try files()
        let pieces = content.pieces(limit: 600)
        _ = try files.add(CheckpointPiece(label: content.label, offset: 0, bytes: [1, 2, 3]), of: key)
        #expect(try !files.add(pieces[0], of: key))
        #expect(try files.add(pieces[1], of: key))
    }

    @Test func `two attempts of a task send their states without getting in each other's way`() throws {
        let files = try files()
        let other = AttemptKey(task: task, attempt: Attempt(rawValue: 2))
        let newer = CheckpointContent(epoch: 4, bytes: Array(repeating: 9, count: 500))
        let pieces = content.pieces(limit: 600), newerPieces = newer.pieces(limit: 300)
        #expect(try !files.add(pieces[0], of: key))
        #expect(try !files.add(newerPieces[0], of: other))
        #expect(try files.add(pieces[1], of: key))
        files.dropPieces(of: key)
        #expect(try files.add(newerPieces[1], of: other))
        #expect(try files.newest() == [task: newer.label])
    }

    @Test func `the newest checkpoint counts, and what a crash left is removed`() throws {
        let files = try files()
        let newer = CheckpointContent(epoch: 12, bytes: [1, 2, 3])
        for piece in content.pieces(limit: 1_000) + newer.pieces(limit: 3) { _ = try files.add(piece, of: key) }
        _ = try files.add(
            content.pieces(limit: 300)[0], of: AttemptKey(task: samplePlan().tasks[1].id, attempt: key.attempt))
        try Data("mine".utf8).write(to: URL(filePath: directory.run().checkpoints + "/note.txt"))
        #expect(try files.newest() == [task: newer.label])
        try files.removeAll(except: [task: newer.label])
        #expect(try names.count == 2)
        #expect(try names.contains("note.txt"))
        #expect(try files.newest() == [task: newer.label])
    }

    @Test func `checkpoints that cannot be listed or looked at are not taken for gone, and stay`() throws {
        let files = try files()
        for piece in content.pieces(limit: 1_000) { _ = try files.add(piece, of: key) }
        let path = directory.run().checkpoints
        let file = "\(path)/\(try #require(try names.first))"
        // A link that leads to itself cannot be followed, by nobody.
        try FileManager.default.moveItem(atPath: file, toPath: "\(path)/aside")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
        #expect(throws: FileFault("examine", path: file, code: ELOOP)) { try files.newest() }
        #expect(throws: FileFault("examine", path: file, code: ELOOP)) { try files.removeAll(except: [:]) }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: "\(path)/aside", toPath: file)
        try FileManager.default.moveItem(atPath: path, toPath: "\(path)-aside")
        try Data().write(to: URL(filePath: path))
        #expect(throws: FileFault("list", path: path, code: ENOTDIR)) { try files.newest() }
        #expect(throws: FileFault("list", path: path, code: ENOTDIR)) { try files.removeAll(except: [:]) }
        try FileManager.default.removeItem(atPath: path)
        #expect(try files.newest().isEmpty, "there is no directory, so there are none")
        try FileManager.default.moveItem(atPath: "\(path)-aside", toPath: path)
        #expect(try files.newest() == [task: content.label])
    }
}
