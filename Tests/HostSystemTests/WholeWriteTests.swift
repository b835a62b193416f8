import Glibc
import HostSystem
import Synchronization
import TestSupport
import Testing

struct WholeWriteTests {
    /// More than a pipe or a socket holds.
    private let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test func `everything arrives, in as many writes as it takes`() async {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let received = received(from: ends[0])
        #expect(writeAll(long, to: ends[1]) == 0)
        #expect(writeAll("ä\n", to: ends[1]) == 0)
        close(ends[1])
        #expect(await received.value == long + Array("ä\n".utf8))
    }

    @Test func `bytes for a place in a file go there, wherever its position is`() throws {
        let directory = TemporaryDirectory()
        let descriptor = open("\(directory.path)/file", O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        #expect(writeAll("abcdef", to: descriptor) == 0)
        #expect([UInt8]("XY".utf8).withUnsafeBytes { writeAll($0, to: descriptor, at: 2) } == 0)
        #expect(contents("\(directory.path)/file") == "abXYef")
        #expect([UInt8](1...2).withUnsafeBytes { writeAll($0, to: -1, at: 2) } == EBADF)
    }

    @Test func `nothing is written where nothing is given`() {
        #expect(writeAll([], to: -1) == 0)
    }

    @Test func `the reason of a failure is returned`() {
        #expect(writeAll([1], to: -1) == EBADF)
    }

    @Test func `a socket whose peer is gone is an error and no signal`() {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        close(ends[0])
        #expect(writeAll([1], to: ends[1], isSocket: true) == EPIPE)
        close(ends[1])
    }

    private func received(from descriptor: Int32) -> Task<[UInt8], Never> {
        Task.detached {
            defer { close(descriptor) }
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 1_000)
            while case let count = read(descriptor, &block, block.count), count > 0 { bytes += block[..<count] }
            return bytes
        }
    }
}
