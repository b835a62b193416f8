import Experiment
import Scheduling
import Testing

/// Which connection leads to which worker.
struct PeerTableTests {
    private typealias Table = PeerTable<PretendConnection>

    @Test func `a worker is answered over the connection over which it spoke last`() {
        var table = Table()
        #expect(table.connection(of: "a") == nil)
        #expect(table.admit("a", over: PretendConnection(1, key: "k")) == true)
        #expect(table.admit("a", over: PretendConnection(2, key: "k")) == true)
        #expect(table.connection(of: "a") == PretendConnection(2, key: "k"))
        #expect(table.connection(of: "b") == nil)
    }

    @Test func `a name belongs to the key that spoke first under it; another key changes nothing`() {
        var table = Table()
        #expect(table.admit("a", over: PretendConnection(1, key: "k")) == true)
        #expect(table.admit("a", over: PretendConnection(2, key: "other")) == false)
        #expect(table.connection(of: "a") == PretendConnection(1, key: "k"))
        #expect(table.admit("a", over: PretendConnection(3, key: "k")) == true, "its own key may come back")
    }

    @Test func `one key may have several names, and the table has them in order`() {
        var table = Table()
        for (number, worker) in (["c", "a", "b"] as [WorkerID]).enumerated() {
            #expect(table.admit(worker, over: PretendConnection(number, key: "k")) == true)
        }
        #expect(table.connections.map(\.number) == [1, 2, 0])
    }
}
