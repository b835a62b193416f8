import ChildProcesses
import HostSystem
import Synchronization

/// Threads that do the same work at once, each on a core of its own where there are enough.
struct BoundThreads {
    let count: Int
    private let cores = HostCores.allowed()

    /// - Parameter count: `nil` for one thread on each physical core that this process may use.
    init(count: Int?) {
        self.count = count ?? cores.count
    }

    /// The numbers of the logical processors that a thread is bound to; empty where it runs anywhere.
    func processors(of thread: Int) -> [Int] { count <= cores.count ? cores[thread].processors : [] }

    /// Runs `work` once for each thread and returns the results in their order. `start` is where they meet: work that
    /// throws before leaves the others waiting there, so what can be missing must be looked for first.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ thread: Int, _ start: Rendezvous) throws -> Value
    ) throws -> [Value] {
        let start = Rendezvous(members: count), end = Rendezvous(members: count + 1)
        let results = ResultBox<Value>()
        for thread in 0..<count {
            let core = count <= cores.count ? cores[thread] : nil
            NamedThread.detach(named: "trainer-\(thread)") {
                core?.bindThisThread()
                let result = Result { try work(thread, start) }
                results.set(result, at: thread)
                end.wait()
            }
        }
        end.wait()
        return try (0..<count).map { try results.get($0) }
    }
}

/// Where threads leave their results.
final class ResultBox<Value: Sendable>: Sendable {
    private let results = Mutex<[Int: Result<Value, any Error>]>([:])

    func set(_ result: Result<Value, any Error>, at index: Int) {
        results.withLock { $0[index] = result }
    }

    func get(_ index: Int) throws -> Value {
        guard let result = results.withLock({ $0[index] }) else { preconditionFailure("thread \(index) left nothing") }
        return try result.get()
    }
}
