import ChildProcesses
import Foundation
import Testing

/// A shell with mounts of its own, in which the sandbox is at `/mnt`, the program in `/mnt/bin` (where it was built may
/// be hidden by a mount, or open to one user alone), and the environment is bare.
struct MountNamespace {
    private let sandbox: Sandbox
    private let setUp: [String]

    static let whyNot: Comment = "mounting needs root"
    static let isPossible: Bool = {
        guard getuid() == 0 else { return false }
        return (try? FinishedProcess(running: ["unshare", "-m", "true"]).end) == .exited(0)
    }()

    init(_ sandbox: Sandbox, setUp: [String]) {
        self.sandbox = sandbox
        self.setUp = setUp
    }

    func start(_ command: String) throws -> Program {
        let binary = URL(fileURLWithPath: Program.sweep).deletingLastPathComponent().path
        let sources = ["mount --bind '\(sandbox.path)' /mnt", "mkdir -p /mnt/bin", "mount --bind '\(binary)' /mnt/bin"]
        let steps = sources + setUp + ["cd /mnt"]
        let path = "/mnt/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return try Program(
            ["unshare", "-m", "sh", "-c", "\(steps.joined(separator: " && ")) && \(command)"], in: sandbox.path,
            only: ["PATH": path])
    }
}
