import Foundation
import Glibc

/// A memory cgroup of a few hundred megabytes, removed with the value; its processes must have ended.
final class MemoryLimit {
    private let path: String

    static let isPossible = MemoryLimit(mebibytes: 100) != nil

    init?(mebibytes: Int) {
        let name = "sweep-test-\(UInt32.random(in: 0 ... .max))"
        // Version 1, and version 2 where the root has the controller.
        let places = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]
        for (root, limit) in places {
            let path = "\(root)/\(name)"
            guard mkdir(path, 0o755) == 0 else { continue }
            if let file = fopen("\(path)/\(limit)", "re") {
                fclose(file)
                if (try? "\(mebibytes << 20)".write(toFile: "\(path)/\(limit)", atomically: false, encoding: .utf8))
                    != nil
                {
                    self.path = path
                    return
                }
            }
            rmdir(path)
        }
        return nil
    }

    deinit { rmdir(path) }

    /// The words that start a program inside.
    var prefix: [String] { ["sh", "-c", "echo $$ > \(path)/cgroup.procs && exec \"$0\" \"$@\""] }
}
