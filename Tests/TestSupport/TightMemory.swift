import Glibc

/// For exit tests, since limits are those of a whole process: leaves so little memory to this one that it has no room
/// for another thread's stack.
package enum TightMemory {
    package static func leaveNoRoomOfAddressSpace() { leaveNoRoom(RLIMIT_AS, used: "VmSize") }

    package static func leaveNoRoomOfData() { leaveNoRoom(RLIMIT_DATA, used: "VmData") }

    /// - Parameter used: the line of the process's status that says how much it has.
    private static func leaveNoRoom(_ resource: __rlimit_resource, used: String) {
        let file = fopen("/proc/self/status", "re")!
        var line = [CChar](repeating: 0, count: 256)
        var kibibytes: UInt = 0
        while fgets(&line, 256, file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            if words.first == "\(used):" { kibibytes = UInt(words[1])! }
        }
        fclose(file)
        precondition(kibibytes > 0, "no line \(used)")
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        // What small things take.
        limit.rlim_cur = kibibytes << 10 + 2 << 20
        setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
}
