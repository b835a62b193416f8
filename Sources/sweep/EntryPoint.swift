import ArgumentParser
import ChildProcesses
import Commands
import Dispatch
import Glibc
import HostSystem

/// Where the program begins: with one thread. The language's runtime waits for ever where it gets no second one, so
/// what any command needs is looked at before.
@main
enum EntryPoint {
    static func main() {
        openStandardDescriptors()
        // Workers and trainers are started as /proc/self/exe, whose name ps would show.
        nameThread("sweep")
        // A reader that goes away is seen as a failed write, and a trainer that goes away must not end its agent.
        signal(SIGPIPE, SIG_IGN)
        do {
            try HostNeeds.checkSmallest()
            MemoryLimit.leaveRoomForThreads()
            try carryOut()
        } catch {
            SweepCommand.leave(after: error)
        }
    }

    /// Does what the command line says: what trains, computes or waits in this thread, and the rest in the runtime's.
    private static func carryOut() throws {
        var command = try SweepCommand.parseAsRoot()
        guard let asynchronous = command as? any AsyncParsableCommand else { return try command.run() }
        let format = (command as? any LoggingCommand)?.logFormat ?? .text
        // Only the task uses it from here on.
        nonisolated(unsafe) var handedOver = asynchronous
        Task {
            do {
                try await handedOver.run()
                exit(0)
            } catch {
                SweepCommand.leave(after: error, loggingIn: format)
            }
        }
        dispatchMain()
    }

    /// Opens those of the standard descriptors that are closed. Otherwise the first socket or journal to be opened
    /// would get such a number, and be written to.
    private static func openStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)
        }
    }
}
