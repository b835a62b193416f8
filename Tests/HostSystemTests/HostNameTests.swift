import Foundation
import HostSystem
import Testing

struct HostNameTests {
    @Test func `the host's name is the kernel's, without a domain`() throws {
        let kernels = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        let name = hostName()
        #expect(!name.isEmpty && !name.contains("."))
        #expect(kernels == "\(name)\n" || kernels.hasPrefix("\(name)."))
    }
}
