import Glibc
import HostSystem
import TestSupport
import Testing

struct WholeReadTests {
    private let directory = TemporaryDirectory()

    private func read(_ count: Int, at offset: Int, of descriptor: Int32) -> (bytes: [UInt8], code: Int32) {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            (done, code) = readAll(into: UnsafeMutableRawBufferPointer(buffer), from: descriptor, at: offset)
        }
        return (bytes, code)
    }

    @Test func `bytes from a place in a file are read, wherever its position is, as many as there are`() {
        let descriptor = open("\(directory.path)/file", O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(writeAll(content, to: descriptor) == 0)
        for (offset, count) in [(0, content.count), (5, 7), (99_990, 10), (99_990, 11), (100_000, 1), (200_000, 3)] {
            let (bytes, code) = read(count, at: offset, of: descriptor)
            #expect(bytes == Array(content.dropFirst(offset).prefix(count)) && code == 0, "\(count) at \(offset)")
        }
    }

    @Test func `nothing is read where nothing is asked for`() {
        #expect(read(0, at: 0, of: -1).code == 0)
    }

    @Test func `the reason of a failed read is returned`() {
        #expect(read(1, at: 0, of: -1).code == EBADF)
        let descriptor = open(directory.path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        #expect(read(1, at: 0, of: descriptor).code == EISDIR)
    }
}
