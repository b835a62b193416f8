import ChildProcesses
import Foundation
import TestSupport

extension TemporaryDirectory {
    func names(under directory: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + directory).sorted()
    }
}

let batchNames =
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"]
    + ["test_batch.bin"]

/// Batches of full size that occupy no disk: black images, all of class 0.
func writeBlankBatches(into directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for name in batchNames {
        try resize(directory + "/" + name, to: 30_730_000)
    }
}

/// Creates a file, lengthens it with zeros, or cuts it.
func resize(_ path: String, to byteCount: Int) throws {
    if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(byteCount))
    try file.close()
}

func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
    try file.close()
}

/// Packs a directory as the official archive is packed; holes in files stay holes.
func pack(_ name: String, in directory: String, to archive: String) throws {
    let tar = try FinishedProcess(running: ["tar", "-C", directory, "-cSzf", archive, name])
    guard tar.end == .exited(0) else { throw CocoaError(.fileWriteUnknown) }
}
