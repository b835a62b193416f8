import Glibc

/// What tells a program file from every other one: the build id that its linker left in it, a digest of what it linked.
///
/// It stands at the head of the file, so it costs a page or two whatever the size of the program. A digest of the file
/// itself would have each worker read 100 MB before its first word, of many hosts over one network disk.
///
/// - Returns: `nil` where the file is no 64-bit little-endian ELF program, or its linker left nothing.
package func buildID(ofProgram path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return buildID { offset, count in
        guard let offset = off_t(exactly: offset) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, offset) == count ? bytes : nil
    }
}

/// The same of a file that is read otherwise.
///
/// - Parameter read: gives so many bytes from an offset on, `nil` where the file has not as many. It is never asked for
///   more than 64 KiB.
package func buildID(readingWith read: (_ offset: UInt64, _ count: Int) -> [UInt8]?) -> [UInt8]? {
    // 64 bits, little-endian, of the one version that there is.
    guard let header = read(0, 64), header.starts(with: [0x7F] + Array("ELF".utf8) + [2, 1, 1]) else { return nil }
    let tableOffset = header.number(at: 32, byteCount: 8)
    let entrySize = header.number(at: 54, byteCount: 2), entryCount = header.number(at: 56, byteCount: 2)
    guard entrySize >= 56, entryCount * entrySize <= largestRead,
        let table = read(tableOffset, Int(entryCount * entrySize))
    else { return nil }
    for start in stride(from: 0, to: table.count, by: Int(entrySize)) {
        let isNote = table.number(at: start, byteCount: 4) == 4
        let size = table.number(at: start + 32, byteCount: 8)
        guard isNote, size <= largestRead, let notes = read(table.number(at: start + 8, byteCount: 8), Int(size)) else {
            continue
        }
        let alignment = table.number(at: start + 48, byteCount: 8) == 8 ? 8 : 4
        if let id = buildID(inNotes: notes, alignment: alignment) { return id }
    }
    return nil
}

private let largestRead: UInt64 = 64 << 10

/// Each note has the sizes of its name and its content, its kind, and then both, each filled up to the alignment.
private func buildID(inNotes notes: [UInt8], alignment: Int) -> [UInt8]? {
    func padded(_ count: UInt64) -> Int { (Int(count) + alignment - 1) / alignment * alignment }
    var start = 0
    while start + 12 <= notes.count {
        let nameSize = notes.number(at: start, byteCount: 4), size = notes.number(at: start + 4, byteCount: 4)
        let content = start + 12 + padded(nameSize)
        guard content + Int(size) <= notes.count else { return nil }
        let isBuildID = notes.number(at: start + 8, byteCount: 4) == 3 && nameSize == 4 && size > 0
        if isBuildID, notes[(start + 12)...].starts(with: Array("GNU\0".utf8)) {
            return Array(notes[content..<content + Int(size)])
        }
        start = content + padded(size)
    }
    return nil
}

extension [UInt8] {
    /// Little-endian.
    fileprivate func number(at offset: Int, byteCount: Int) -> UInt64 {
        (0..<byteCount).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
    }
}
