import Experiment
import Scheduling
import Testing

/// Which connection leads to which worker.
struct PeerTableTests {
    private typealias Table = PeerTable<PretendConnection>

    @Test func `a worker is answered over the connection over which it spoke last`() {
        var table = Table()
        #expect(table.connection(of: "a") == nil)
        table.enter("a", over: PretendConnection(1, key: "k"))
        table.enter("a", over: PretendConnection(2, key: "k"))
        #expect(table.connection(of: "a") == PretendConnection(2, key: "k"))
        #expect(table.connection(of: "b") == nil)
    }

    @Test func `one key may have several names, and the table has them in order`() {
        var table = Table()
        for (number, worker) in (["c", "a", "b"] as [WorkerID]).enumerated() {
            table.enter(worker, over: PretendConnection(number, key: "k"))
        }
        #expect(table.connections.map(\.number) == [1, 2, 0])
    }
}
