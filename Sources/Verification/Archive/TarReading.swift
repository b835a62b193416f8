import DurableFiles

/// The files of a tar archive by their names, as far as they can be a bundle's: all of this is read before any content.
///
/// - Throws: `Finding` where the archive is damaged, or none that a bundle can be; `FileFault` where it cannot be read.
func tarFiles(of archive: OpenFile) throws -> [(name: String, content: FileSlice)] {
    var files: [(name: String, content: FileSlice)] = []
    var offset = 0
    func finding(_ reason: String) -> Finding { Finding(archive.path, "at byte \(offset): \(reason)") }
    let start = try archive.bytes(at: 0, count: 2)
    guard start != [0x1F, 0x8B] else {
        throw Finding(archive.path, "is compressed; unpack it first: gunzip, or tar -xzf and name its directory")
    }
    while true {
        let block = try archive.bytes(at: offset, count: TarHeader.blockSize)
        if !block.isEmpty, block.allSatisfy({ $0 == 0 }) { break }
        guard let header = TarHeader(block) else {
            throw finding(
                files.isEmpty
                    ? "no bundle: it begins with no header of a tar archive"
                    : "no header of a file in a tar archive; it is damaged, cut off, or packed by another tool")
        }
        offset += TarHeader.blockSize
        guard header.paddedByteCount <= archive.byteCount - offset else {
            throw finding("\(shown(header.name)) is cut off; get the bundle whole")
        }
        if header.kind == .file {
            guard files.count < BundleFile.all.count else { throw finding("more files than a bundle has") }
            files.append((header.name, FileSlice(of: archive, at: offset, byteCount: header.byteCount)))
        }
        offset += header.paddedByteCount
    }
    try checkEnd(of: archive, from: offset)
    return files
}

/// Behind the last file there are zero bytes, as many as other tools fill an archive up with, and nothing else.
private func checkEnd(of archive: OpenFile, from offset: Int) throws {
    let end = try archive.bytes(at: offset, count: 1 << 20)
    guard offset + end.count == archive.byteCount, end.allSatisfy({ $0 == 0 }) else {
        throw Finding(archive.path, "at byte \(offset): bytes follow the archive's end")
    }
}
