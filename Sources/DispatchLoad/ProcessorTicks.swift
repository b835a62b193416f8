/// How long a thread, or a process, has kept processors busy: what a file named `stat` of /proc says, in ticks of the
/// kernel's clock.
package struct ProcessorTicks: Sendable, Equatable {
    package let name: String
    package let ticks: Int

    package init(name: String, ticks: Int) {
        self.name = name
        self.ticks = ticks
    }

    /// `nil` where `stat` is no such text.
    package init?(stat: String) {
        // The name stands in parentheses and may hold any character, these and spaces too.
        guard let start = stat.firstIndex(of: "("), let end = stat.lastIndex(of: ")"), start < end else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        // The first one is the third of proc(5); user and system time are its 14th and 15th.
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        name = String(stat[stat.index(after: start)..<end])
        ticks = user + system
    }
}

/// The same of a process and of all its threads, at one moment.
package struct ProcessUsage: Sendable, Equatable {
    /// All threads together, also those that have ended.
    package let total: Int
    /// By the thread's number.
    package let threads: [Int32: ProcessorTicks]

    package init(total: Int, threads: [Int32: ProcessorTicks]) {
        self.total = total
        self.threads = threads
    }

    /// What was used since `earlier`, by the names of threads. Threads that have ended meanwhile have one name
    /// together, empty, where they used anything.
    package func since(_ earlier: ProcessUsage) -> [String: Int] {
        var tickCounts: [String: Int] = [:]
        for (number, thread) in threads {
            // Threads get their names after their start, so the later one is right.
            tickCounts[thread.name, default: 0] += thread.ticks - (earlier.threads[number]?.ticks ?? 0)
        }
        let rest = total - earlier.total - tickCounts.values.reduce(0, +)
        // The kernel rounds each number down to a tick by itself.
        if rest > threads.count { tickCounts[""] = rest }
        return tickCounts
    }
}
