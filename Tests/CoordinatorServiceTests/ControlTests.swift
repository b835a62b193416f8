import ChildProcesses
import CoordinatorService
import Experiment
import Foundation
import Glibc
import HostSystem
import Messages
import TestSupport
import Testing
import Transport

private let task = TaskID(rawValue: String(repeating: "0a", count: 16))!
private let worker = WorkerID(rawValue: "north-1")!

/// What other terminals say to a running coordinator.
struct ControlMessageTests {
    static let lines: [(SweepRequest, String)] = [
        (.pause, #"{"request":"pause","version":1}"#),
        (.resume, #"{"request":"resume","version":1}"#),
        (.drain(worker), #"{"request":"drain","version":1,"worker":"north-1"}"#),
        (.restore(worker), #"{"request":"restore","version":1,"worker":"north-1"}"#),
        (.cancel([]), #"{"request":"cancel","tasks":[],"version":1}"#),
        (.retry([task]), #"{"request":"retry","tasks":["\#(task)"],"version":1}"#),
        (.audit(task), #"{"request":"audit","tasks":["\#(task)"],"version":1}"#),
    ]

    @Test(arguments: lines)
    func `a request has one line, and is read back`(request: SweepRequest, line: String) throws {
        let bytes = ControlLine.encoded(ControlQuestion(request))
        #expect(String(decoding: bytes, as: UTF8.self) == line)
        #expect(try ControlLine.decoded(ControlQuestion.self, bytes).checked == request)
    }

    @Test(arguments: [SweepAnswer.done(count: 3), .refused(reason: "no worker")])
    func `an answer is read back`(answer: SweepAnswer) throws {
        let bytes = ControlLine.encoded(ControlReply(answer))
        #expect(try ControlLine.decoded(ControlReply.self, bytes).checked == answer)
    }

    @Test(arguments: [
        #"{"version":1,"request":"drain"}"#, #"{"version":1,"request":"drain","worker":"a b"}"#,
        #"{"version":1,"request":"audit"}"#, #"{"version":1,"request":"cancel","tasks":["xyz"]}"#,
    ])
    func `a request that lacks what it is about is none`(line: String) throws {
        #expect(try ControlLine.decoded(ControlQuestion.self, Array(line.utf8)).checked == nil)
    }

    @Test func `the version is read first`() {
        #expect(throws: ControlLine.Fault.version(2)) {
            try ControlLine.decoded(ControlQuestion.self, Array(#"{"version":2,"request":{"new":true}}"#.utf8))
        }
        for line in ["", "pause", "{}", #"{"version":1,"request":"explode"}"#, #"{"version":1}"#] {
            #expect(throws: ControlLine.Fault.malformed) {
                try ControlLine.decoded(ControlQuestion.self, Array(line.utf8))
            }
        }
    }
}

/// Over a real socket.
@Suite(.timeLimit(.minutes(1)))
final class ControlServerTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.file("control") }
    private let server: ControlServer
    private let taken = Mailbox<SweepRequest>(capacity: 16)

    init() throws {
        server = ControlServer(at: directory.file("control"))
        try server.start { [taken] request in
            guard request.take() else { return }
            taken.put(request.request)
            request.answer.put(.done(count: 7))
        }
    }

    deinit { server.stop() }

    private func connect(to path: String) throws -> LineSocket {
        guard let socket = LineSocket() else { throw POSIXError(.EMFILE) }
        socket.setTimeout(seconds: 30)
        let code = withUnixAddress(of: path) { Glibc.connect(socket.descriptor, $0, $1) }
        try #require(code == 0)
        return socket
    }

    private func reply(to line: String) throws -> String {
        let socket = try connect(to: path)
        let isSent = socket.write(line: Array(line.utf8))
        #expect(isSent)
        let reply = socket.readLine(until: .now + .seconds(30))
        return String(decoding: try #require(reply), as: UTF8.self)
    }

    @Test func `a request is carried out and answered`() throws {
        #expect(try reply(to: #"{"version":1,"request":"cancel","tasks":[]}"#) == #"{"done":7,"version":1}"#)
        #expect(taken.take(until: nil) == [.cancel([])])
    }

    @Test func `what is no request of this version is refused with a reason, and the next one served`() throws {
        #expect(try reply(to: "garbage").contains("does not understand"))
        #expect(try reply(to: #"{"version":9,"request":"pause"}"#).contains("of version 1, not 9"))
        #expect(try reply(to: #"{"version":1,"request":"drain"}"#).contains("lacks"))
        #expect(try reply(to: #"{"version":1,"request":"pause"}"#) == #"{"done":7,"version":1}"#)
        #expect(taken.take(until: nil) == [.pause])
    }

    @Test func `a client that leaves before asking keeps nobody waiting`() throws {
        do { _ = try connect(to: path) }
        #expect(try reply(to: #"{"version":1,"request":"resume"}"#) == #"{"done":7,"version":1}"#)
    }

    /// They may be silent for as long as they like; of too many the oldest ones are sent away.
    @Test func `however many say nothing, a request is answered at once`() throws {
        let patient = directory.file("patient")
        let other = ControlServer(at: patient, silence: .seconds(3600))
        try other.start { request in
            if request.take() { request.answer.put(.done(count: 1)) }
        }
        defer { other.stop() }
        let silent = try (0..<40).map { _ in SilentClient(try connect(to: patient)) }
        let socket = try connect(to: patient)
        let isSent = socket.write(line: Array(#"{"version":1,"request":"resume"}"#.utf8))
        #expect(isSent)
        let reply = socket.readLine(until: .now + .seconds(30))
        #expect(reply.map { String(decoding: $0, as: UTF8.self) } == #"{"done":1,"version":1}"#)
        #expect(silent[0].isSentAway, "the oldest one made room")
        #expect(!silent[39].isSentAway)
    }

    @Test func `whoever takes too long is sent away`() throws {
        let hurried = directory.file("hurried")
        let other = ControlServer(at: hurried, silence: .milliseconds(20))
        try other.start { _ in }
        defer { other.stop() }
        let socket = try connect(to: hurried)
        // The end of the connection, and not the half minute that a read may take.
        var byte: UInt8 = 0
        #expect(recv(socket.descriptor, &byte, 1, 0) == 0)
    }

    /// The coordinator waits for its disk before it answers the first one.
    @Test func `a request that waits for its answer holds up no other one`() throws {
        let slow = directory.file("slow")
        let held = Mailbox<ControlRequest>(capacity: 1)
        let other = ControlServer(at: slow)
        try other.start { request in
            guard request.take() else { return }
            if request.request == .pause { return held.put(request) }
            request.answer.put(.done(count: 2))
            for request in held.take(until: nil) { request.answer.put(.done(count: 1)) }
        }
        defer { other.stop() }
        let first = try connect(to: slow)
        let second = try connect(to: slow)
        let isFirstSent = first.write(line: Array(#"{"version":1,"request":"pause"}"#.utf8))
        let isSecondSent = second.write(line: Array(#"{"version":1,"request":"resume"}"#.utf8))
        #expect(isFirstSent && isSecondSent)
        let answers = [second.readLine(until: .now + .seconds(30)), first.readLine(until: .now + .seconds(30))]
        #expect(
            answers.map { $0.map { String(decoding: $0, as: UTF8.self) } } == [
                #"{"done":2,"version":1}"#, #"{"done":1,"version":1}"#,
            ])
    }

    @Test func `a request that comes in pieces is one, and one without an end is cut off`() throws {
        let socket = try connect(to: path)
        for piece in [#"{"version":1,"#, #""request":"#, "\"pause\"}\n"] {
            #expect(writeAll(Array(piece.utf8), to: socket.descriptor, isSocket: true) == 0)
        }
        let reply = socket.readLine(until: .now + .seconds(30))
        #expect(reply.map { String(decoding: $0, as: UTF8.self) } == #"{"done":7,"version":1}"#)
        #expect(taken.take(until: nil) == [.pause])
        let endless = try connect(to: path)
        _ = endless.write(line: [UInt8](repeating: UInt8(ascii: " "), count: 3 * LineSocket.byteLimit))
        let refusal = endless.readLine(until: .now + .seconds(30))
        #expect(refusal.map { String(decoding: $0, as: UTF8.self) }?.contains("has more than 4 MiB") == true)
    }

    /// The directory's mode keeps others out; where it has become open, the kernel still says who knocks.
    @Test(.enabled(if: geteuid() == 0, "only root can start a process of another user"))
    func `another user is turned away`() throws {
        chmod(directory.path, 0o755)
        chmod(path, 0o777)
        let script = """
            use Socket;
            $SIG{PIPE} = "IGNORE";
            $) = "4711 4711"; $> = 4711; die $! if $> != 4711;
            socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die $!;
            connect($socket, pack_sockaddr_un($ARGV[0])) or die $!;
            syswrite($socket, "{\\"version\\":1,\\"request\\":\\"pause\\"}\\n");
            print scalar(<$socket>);
            """
        let child = try ChildProcess(executable: "/usr/bin/perl", arguments: ["-e", script, path], environment: [:])
        let output = String(decoding: child.read(), as: UTF8.self)
        child.wait()
        #expect(output.contains(#""refused":"this sweep belongs to user 0, who alone may steer it""#), "\(output)")
        // Whoever may is served afterwards, and is the first whose request was taken.
        #expect(try reply(to: #"{"version":1,"request":"resume"}"#) == #"{"done":7,"version":1}"#)
        #expect(taken.take(until: nil) == [.resume])
    }
}

/// A connection over which nothing is said.
private final class SilentClient {
    private let socket: LineSocket

    init(_ socket: consuming LineSocket) {
        self.socket = socket
    }

    /// Whether the other end has closed it.
    var isSentAway: Bool {
        var byte: UInt8 = 0
        return recv(socket.descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }
}
