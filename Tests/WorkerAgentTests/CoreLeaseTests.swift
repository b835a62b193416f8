import ChildProcesses
import Glibc
import HostSystem
import Testing
import WorkerAgent

struct CoreLeaseTests {
    @Test func `a core has one holder until its lease goes`() {
        let space = "test-\(UInt32.random(in: 0 ... .max))"
        let cores = [PhysicalCore(processors: [0]), PhysicalCore(processors: [1]), PhysicalCore(processors: [2])]
        var first = CoreLease.take(2, of: cores, space: space)
        #expect(first.map(\.core) == Array(cores[..<2]))
        #expect(CoreLease.take(2, of: cores, space: space).map(\.core) == [cores[2]])
        first = []
        #expect(CoreLease.take(3, of: cores, space: space).map(\.core) == cores)
    }

    @Test func `a core that cannot be had is passed over and no more are taken than asked for`() {
        let space = "test-\(UInt32.random(in: 0 ... .max))"
        let cores = (0..<4).map { PhysicalCore(processors: [$0, $0 + 4]) }
        let others = CoreLease.take(1, of: [cores[1]], space: space)
        let mine = CoreLease.take(2, of: cores, space: space)
        #expect(mine.map(\.core) == [cores[0], cores[2]])
        #expect(CoreLease.take(0, of: cores, space: space).isEmpty)
        withExtendedLifetime((others, mine)) {}
    }

    /// Whatever it was doing, and whatever it left behind.
    @Test(.timeLimit(.minutes(1)))
    func `the core of a worker that was killed is free`() throws {
        let space = "test-\(UInt32.random(in: 0 ... .max))"
        let core = PhysicalCore(processors: [0])
        let script = """
            use Socket;
            socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
            bind($socket, pack("S a*", AF_UNIX, "\\0$ARGV[0]")) or die $!;
            syswrite(STDOUT, "bound");
            <STDIN>;
            """
        let other = try ChildProcess(
            executable: "/usr/bin/perl", arguments: ["-e", script, "\(space)-core-0"], environment: [:])
        #expect(String(decoding: other.read(), as: UTF8.self) == "bound")
        #expect(CoreLease.take(1, of: [core], space: space).isEmpty)
        other.send(signal: SIGKILL)
        other.wait()
        #expect(CoreLease.take(1, of: [core], space: space).map(\.core) == [core])
    }
}
