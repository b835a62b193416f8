import ChildProcesses
import Foundation

/// A process of the fleet.
final class FleetProcess {
    let child: ChildProcess
    /// What it said last.
    var line = FleetLine()

    /// - Parameters:
    ///   - say: is called on another thread with each of its lines.
    ///   - whenEnded: likewise, at last.
    /// - Throws: where it cannot be started.
    init(
        say: @escaping @Sendable (FleetLine) -> Void, whenEnded: @escaping @Sendable (ChildProcess.End) -> Void
    ) throws {
        let child = try ChildProcess(
            executable: "/proc/self/exe", name: "sweep-bench", arguments: ["fleet"],
            environment: ProcessInfo.processInfo.environment)
        self.child = child
        NamedThread.detach(named: "fleet") {
            var lines = LineReader(child)
            while let line = lines.next() {
                if let line = try? JSONDecoder().decode(FleetLine.self, from: Data(line.utf8)) { say(line) }
            }
            whenEnded(child.wait())
        }
    }

    /// Has it connect its workers.
    ///
    /// - Throws: where it has ended.
    func start(_ order: FleetOrder) throws {
        try child.write(Array(try JSONEncoder().encode(order)) + [UInt8(ascii: "\n")])
    }
}
