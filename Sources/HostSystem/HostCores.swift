import CLinux
import Glibc

/// A physical core, as the numbers of its logical processors.
public struct PhysicalCore: Sendable, Hashable {
    public let processors: [Int]

    public init(processors: [Int]) {
        self.processors = processors
    }

    /// Binds the calling thread, and threads that it makes from now on, to this core. A processor that is not there,
    /// or was taken away since, is no reason not to train.
    public func bindThisThread() {
        var mask = [UInt64](repeating: 0, count: HostCores.maskWords)
        for processor in processors where (0..<HostCores.maskWords * 64).contains(processor) {
            mask[processor / 64] |= 1 << UInt64(processor % 64)
        }
        _ = mask.withUnsafeBytes { linux_set_affinity($0.baseAddress, $0.count) }
    }
}

/// The cores that this process may use.
public enum HostCores {
    /// Room for 16,384 logical processors.
    static let maskWords = 256

    /// Physical cores in the order of their lowest logical processor; a core of which only some logical processors are
    /// allowed, by `taskset` or a cgroup, has those.
    public static func allowed() -> [PhysicalCore] { cores(of: allowedProcessors(), siblings: siblings) }

    /// The cores of the whole host, whoever may use them.
    package static func online() -> [PhysicalCore] {
        let processors = contents("/sys/devices/system/cpu/online").flatMap(ControlGroups.processors)
        return cores(of: processors.map { $0.sorted() } ?? allowedProcessors(), siblings: siblings)
    }

    private static func siblings(of processor: Int) -> String {
        contents("/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list") ?? String(processor)
    }

    /// Groups logical processors by what `siblings` says of each: the same text for those of one core.
    package static func cores(of processors: [Int], siblings: (Int) -> String) -> [PhysicalCore] {
        Dictionary(grouping: processors, by: siblings).values
            .map { PhysicalCore(processors: $0.sorted()) }
            .sorted { $0.processors[0] < $1.processors[0] }
    }

    private static func allowedProcessors() -> [Int] {
        var mask = [UInt64](repeating: 0, count: maskWords)
        let result = mask.withUnsafeMutableBytes { linux_get_affinity($0.baseAddress, $0.count) }
        guard result >= 0 else { return Array(0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
        return (0..<maskWords * 64).filter { mask[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }
}

/// The text of a file of /proc or /sys, whose sizes are not known before; `nil` where it cannot be read.
package func contents(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}
