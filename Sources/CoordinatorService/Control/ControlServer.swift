import ChildProcesses
import Glibc
import HostSystem
import Messages
import Synchronization
import Transport

/// Takes what other terminals of this user ask of the running sweep: a line of JSON each way and connection.
///
/// Only this user can reach it, by its directory's permissions; who connects is asked of the kernel besides, and root
/// may do what this user may. One thread reads what all of them say, so that whoever is silent keeps nobody waiting;
/// each request that is complete has a thread of its own, since its answer waits for the coordinator.
package final class ControlServer: Sendable {
    package typealias Handler = @Sendable (ControlRequest) -> Void

    /// How long a coordinator may wait for its disk: before it takes a request, which is withdrawn then, and again
    /// before it has stored what it took. Both together are less than a client waits.
    private static let patience = Duration.seconds(5)
    /// Requests that are answered at the same time.
    private static let answerLimit = 16

    private let path: String
    private let silence: Duration
    private let listener = Mutex<Int32?>(nil)
    private let answering = Mutex(0)

    /// - Parameter silence: how long whoever has connected may take to say what it asks for.
    package init(at path: String, silence: Duration = .seconds(2)) {
        self.path = path
        self.silence = silence
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

    private func serve(_ handler: @escaping Handler) {
        guard let listening = listener.withLock({ $0 }) else { return }
        defer {
            listener.withLock { $0 = nil }
            close(listening)
        }
        var callers = ControlCallers(patience: silence)
        while true {
            let ready = Self.poll(listening, callers)
            for (peer, line) in callers.read(where: ready.contains) { answer(peer, line, handler) }
            callers.removeLate(at: .now)
            guard ready.contains(listening) else { continue }
            let descriptor = accept(listening, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                admit(ControlPeer(descriptor: descriptor), to: &callers)
            } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                usleep(100_000)
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    /// Waits until somebody says something, connects or is late.
    ///
    /// - Returns: the descriptors that can be read.
    private static func poll(_ listening: Int32, _ callers: ControlCallers) -> Set<Int32> {
        var polled = ([listening] + callers.descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let wait = callers.nextDeadline.map { max(.zero, $0 - .now) }
        // Rounded up: a wait that ends just before the deadline would be followed by none.
        let milliseconds = wait.map { Int32($0 / .milliseconds(1)) + 1 } ?? -1
        guard Glibc.poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
        return Set(polled.filter { $0.revents != 0 }.map(\.fd))
    }

    private func admit(_ peer: ControlPeer, to callers: inout ControlCallers) {
        guard let user = userOfPeer(at: peer.socket.descriptor), [0, geteuid()].contains(user) else {
            return peer.send(.refused(reason: "this sweep belongs to user \(geteuid()), who alone may steer it"))
        }
        callers.add(peer, at: .now)
    }

    /// Carries a request out, on a thread of its own.
    private func answer(_ peer: ControlPeer, _ line: [UInt8], _ handler: @escaping Handler) {
        let request: SweepRequest
        switch Self.request(of: line) {
        case .success(let checked): request = checked
        case .failure(let refusal): return peer.send(refusal.answer)
        }
        // Somebody who gave up waiting was told that nothing happened.
        guard !peer.socket.isHungUp else { return }
        let hasRoom = answering.withLock { count in
            guard count < Self.answerLimit else { return false }
            count += 1
            return true
        }
        let thread: Void? =
            !hasRoom
            ? nil
            : try? NamedThread.start(named: "control-answer") { [self] in
                peer.send(answer(to: ControlRequest(request, patience: Self.patience), handler))
                answering.withLock { $0 -= 1 }
            }
        guard thread == nil else { return }
        if hasRoom { answering.withLock { $0 -= 1 } }
        peer.send(
            .refused(reason: "the coordinator has too many requests to answer now; nothing was changed, try again"))
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

    private func failure(_ what: String) -> CoordinatorError {
        CoordinatorError("\(path): \(what): \(SystemReason.text(errno))")
    }
}
