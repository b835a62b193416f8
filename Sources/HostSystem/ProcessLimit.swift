import CLinux
import Glibc

/// How many processes and threads may be started.
///
/// Several bounds hold, each for another group of processes: the user's limit, the cgroup's, the kernel's. What is left
/// of all of them is found by trying.
public enum ProcessLimit {
    /// Whether `count` threads can be had at once: starts them, and lets them end. Their stacks are small, so that none
    /// is missing for want of memory, see `MemoryLimit`.
    public static func allows(threads count: Int) -> Bool {
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        gate.initialize(to: pthread_mutex_t())
        pthread_mutex_init(gate, nil)
        pthread_mutex_lock(gate)
        defer {
            pthread_mutex_destroy(gate)
            gate.deallocate()
        }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 256 << 10)
        defer { pthread_attr_destroy(&attributes) }
        var threads: [pthread_t] = []
        while threads.count < count {
            var thread = pthread_t()
            let code = pthread_create(
                &thread, &attributes,
                { gate in
                    let gate = gate!.assumingMemoryBound(to: pthread_mutex_t.self)
                    pthread_mutex_lock(gate)
                    pthread_mutex_unlock(gate)
                    return nil
                }, gate)
            guard code == 0 else { break }
            threads.append(thread)
        }
        pthread_mutex_unlock(gate)
        for thread in threads { pthread_join(thread, nil) }
        return threads.count == count
    }

    /// Raises the user's soft limit to the hard one.
    public static func raise() {
        var soft: UInt = 0
        var hard: UInt = 0
        guard linux_get_limit(linux_process_limit, &soft, &hard) == 0, soft < hard else { return }
        _ = linux_set_limit(linux_process_limit, hard, hard)
    }

    /// Why `count` cannot be had and what to do; `nil` where they can.
    public static func refusal(
        of count: Int, for purpose: String, allows: (Int) -> Bool = { allows(threads: $0) }
    ) -> String? {
        if allows(count) { return nil }
        raise()
        if allows(count) { return nil }
        return "\(purpose) needs \(count) processes and threads, and so many cannot be started; \(remedy)"
    }

    /// The limits that may be at fault, and how to raise them.
    static var remedy: String {
        var soft: UInt = 0
        var hard: UInt = 0
        let isKnown = linux_get_limit(linux_process_limit, &soft, &hard) == 0 && soft < UInt(Int32.max)
        let own = isKnown ? "this user may have \(soft) of them (ulimit -u)" : "this user's limit is ulimit -u"
        return "\(own), a container or service may allow fewer (pids.max, TasksMax= of systemd): raise that, end other "
            + "processes, or use fewer --slots"
    }
}
