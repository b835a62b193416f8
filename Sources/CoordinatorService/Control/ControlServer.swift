import ChildProcesses
import Glibc
import HostSystem
import Messages
import Synchronization
import Transport

/// Takes what other terminals of this user ask of the running sweep: a line of JSON each way and connection.
///
/// Only this user can reach it, by its directory's permissions. One request at a time, on a thread of its own.
package final class ControlServer: Sendable {
    package typealias Handler = @Sendable (ControlRequest) -> Void

    /// How long a coordinator may wait for its disk: before it takes a request, which is withdrawn then, and again
    /// before it has stored what it took. Both together are less than a client waits.
    private static let patience = Duration.seconds(5)

    private let path: String
    private let listener = Mutex<Int32?>(nil)

    package init(at path: String) {
        self.path = path
    }

    /// - Throws: a `CoordinatorError` where the socket cannot be made, bound or listened on.
    package func start(_ handler: @escaping Handler) throws(CoordinatorError) {
        guard let socket = LineSocket() else { throw failure("a socket cannot be made") }
        // Left by a coordinator that was killed; the run directory's lock says that none runs.
        unlink(path)
        let code = withUnixAddress(of: path) { bind(socket.descriptor, $0, $1) }
        guard code == 0, listen(socket.descriptor, 16) == 0 else { throw failure("cannot listen") }
        // Like the socket itself, a copy that no child inherits: a worker would keep it listening.
        let copy = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw failure("cannot listen") }
        listener.withLock { $0 = copy }
        NamedThread.detach(named: "control") { [self] in serve(handler) }
    }

    /// Takes no more; a request that came before the coordinator's end is answered.
    package func stop() {
        listener.withLock { descriptor in
            guard let open = descriptor else { return }
            // The thread that accepts wakes up, and closes it.
            shutdown(open, Int32(SHUT_RDWR))
            unlink(path)
        }
    }

    private func serve(_ handler: Handler) {
        guard let listening = listener.withLock({ $0 }) else { return }
        defer {
            listener.withLock { $0 = nil }
            close(listening)
        }
        while true {
            let descriptor = accept(listening, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                answer(LineSocket(descriptor: descriptor), handler)
            } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                usleep(100_000)
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    private func answer(_ peer: consuming LineSocket, _ handler: Handler) {
        peer.setTimeout(seconds: 2)
        guard let line = peer.readLine(until: .now + .seconds(2)) else { return }
        let request: SweepRequest
        switch Self.request(of: line) {
        case .success(let checked): request = checked
        case .failure(let refusal): return send(refusal.answer, to: peer)
        }
        // Somebody who gave up waiting was told that nothing happened.
        guard !peer.isHungUp else { return }
        send(answer(to: ControlRequest(request, patience: Self.patience), handler), to: peer)
    }

    private struct Refusal: Error {
        let answer: SweepAnswer

        init(_ reason: String) {
            answer = .refused(reason: reason)
        }
    }

    private static func request(of line: [UInt8]) -> Result<SweepRequest, Refusal> {
        do throws(ControlLine.Fault) {
            guard let request = try ControlLine.decoded(ControlQuestion.self, line).checked else {
                return .failure(Refusal("the request lacks what it is about"))
            }
            return .success(request)
        } catch {
            let reason =
                switch error {
                case .version(let version):
                    "the running coordinator takes requests of version \(ControlVersion.current), not \(version); use "
                        + "the sweep that started it"
                case .malformed: "the running coordinator does not understand this request"
                }
            return .failure(Refusal(reason))
        }
    }

    private func answer(to request: ControlRequest, _ handler: Handler) -> SweepAnswer {
        handler(request)
        if let answer = request.answer.take(until: .now + Self.patience).first { return answer }
        if request.withdraw() {
            return .refused(reason: "the coordinator waits for its disk; nothing was changed. Its log says more")
        }
        return request.answer.take(until: .now + Self.patience).first
            ?? .refused(reason: "the coordinator waits for its disk; this is done when it can be stored")
    }

    private func send(_ answer: SweepAnswer, to peer: borrowing LineSocket) {
        _ = peer.write(line: ControlLine.encoded(ControlReply(answer)))
    }

    private func failure(_ what: String) -> CoordinatorError {
        CoordinatorError("\(path): \(what): \(SystemReason.text(errno))")
    }
}
