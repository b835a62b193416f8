import Synchronization

/// The one thread of the process that owns ZeroMQ sockets. It runs while an endpoint is started, and is joined when the
/// last one has stopped.
///
/// A process has one such thread, and not one for each endpoint: a context has one address for the key check, which all
/// routers of a process share, so that its server must neither end with one router nor be reached across threads. A
/// process of `sweep` has one endpoint; tests have many.
final class SocketThread: Sendable {
    static let shared = SocketThread()

    private struct State: ~Copyable {
        var thread: OwnedThread?
        var queue: CommandQueue?
        var userCount = 0
        var lastID = 0
    }

    private let state = Mutex(State())

    /// Has `make` called on the socket thread with the loop and the member's number, and adds what it returns.
    ///
    /// - Returns: the way to the member, and what else `make` returned.
    /// - Throws: what `make` throws; `system` where there is no thread to be had, or libzmq is too old to be safe.
    func attach<Result: Sendable>(
        _ make: @escaping @Sendable (SocketLoop, Int) throws(TransportError) -> (any SocketMember, Result)
    ) throws(TransportError) -> (SocketAttachment, Result) {
        try LibraryVersion.current.requireSafe()
        let (queue, id) = try acquire()
        let reply = Mailbox<Swift.Result<Result, TransportError>>(capacity: 1)
        queue.submit { loop in
            do throws(TransportError) {
                let (member, result) = try make(loop, id)
                loop.add(member, id: id)
                reply.put(.success(result))
            } catch {
                reply.put(.failure(error))
            }
        }
        do throws(TransportError) {
            return (SocketAttachment(id: id, queue: queue), try reply.take(until: nil)[0].get())
        } catch {
            release()
            throw error
        }
    }

    /// Stops the member and waits until its sockets are gone.
    func detach(_ attachment: SocketAttachment, flushingUntil deadline: ContinuousClock.Instant) {
        let reply = Mailbox<Void>(capacity: 1)
        attachment.queue.submit { loop in
            loop.stop(id: attachment.id, flushingUntil: deadline) { reply.put(()) }
        }
        _ = reply.take(until: nil)
        release()
    }

    private func acquire() throws(TransportError) -> (CommandQueue, Int) {
        try state.withLock { (state) throws(TransportError) in
            let queue: CommandQueue
            if let running = state.queue {
                queue = running
            } else {
                queue = try CommandQueue()
                state.thread = try OwnedThread(named: "sweep-zeromq") { SocketLoop(queue: queue).run() }
                state.queue = queue
            }
            state.userCount += 1
            state.lastID += 1
            return (queue, state.lastID)
        }
    }

    /// The join happens under the lock, so that the next start finds the thread's addresses free. The socket thread
    /// never takes this lock.
    private func release() {
        state.withLock { state in
            state.userCount -= 1
            guard state.userCount == 0 else { return }
            state.queue?.end()
            state.queue = nil
            state.thread.take()?.join()
        }
    }
}

/// The way from any thread to a member of the socket thread.
struct SocketAttachment: Sendable {
    let id: Int
    fileprivate let queue: CommandQueue

    /// Has the member take a turn soon.
    func wake() { queue.wake.signal() }
}
