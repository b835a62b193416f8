import ChildProcesses
import Foundation
import Glibc
import Scheduling
import Synchronization
import Transport

/// Takes what other terminals of this user ask of the running sweep: a line of JSON each way and connection.
///
/// Only this user can reach it, by its directory's permissions. One request at a time, on a thread of its own.
final class ControlServer: Sendable {
    typealias Handler = @Sendable (TaskBoard.Request, Mailbox<TaskBoard.Answer>) -> Void

    /// A coordinator whose disk is full answers later than that, if at all.
    private static let patience = Duration.seconds(10)

    private let path: String
    private let listener = Mutex<Int32?>(nil)

    init(at path: String) {
        self.path = path
    }

    func start(_ handler: @escaping Handler) throws(CoordinatorError) {
        guard let socket = LineSocket() else { throw failure("a socket cannot be made") }
        // Left by a coordinator that was killed; the run directory's lock says that none runs.
        unlink(path)
        let code = LineSocket.withAddress(path) { bind(socket.descriptor, $0, $1) }
        guard code == 0, listen(socket.descriptor, 16) == 0 else { throw failure("cannot listen") }
        listener.withLock { $0 = dup(socket.descriptor) }
        NamedThread.detach(named: "control") { [self] in serve(handler) }
    }

    /// Takes no more; a request that came before the coordinator's end is answered.
    func stop() {
        listener.withLock { descriptor in
            guard let open = descriptor else { return }
            shutdown(open, Int32(SHUT_RDWR))
            unlink(path)
            descriptor = nil
        }
    }

    private func serve(_ handler: Handler) {
        guard let listening = listener.withLock({ $0 }) else { return }
        defer { close(listening) }
        while true {
            let descriptor = accept(listening, nil, nil)
            if descriptor >= 0 {
                answer(LineSocket(descriptor: descriptor), handler)
            } else if errno != EINTR && errno != ECONNABORTED && errno != EMFILE {
                return
            }
        }
    }

    private func answer(_ peer: consuming LineSocket, _ handler: Handler) {
        peer.setTimeout(seconds: 2)
        guard let line = peer.readLine() else { return }
        let answer: TaskBoard.Answer
        if let request = try? JSONDecoder().decode(TaskBoard.Request.self, from: Data(line)) {
            let box = Mailbox<TaskBoard.Answer>(capacity: 1)
            handler(request, box)
            let reason = "the coordinator does not answer; its log says why"
            answer = box.take(until: .now + Self.patience).first ?? .refused(reason: reason)
        } else {
            answer = .refused(reason: "the running coordinator, another version perhaps, does not understand this")
        }
        _ = peer.write(line: [UInt8]((try? JSONEncoder().encode(answer)) ?? Data()))
    }

    private func failure(_ what: String) -> CoordinatorError {
        CoordinatorError("\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
