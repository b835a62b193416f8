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

    private func reply(to line: String) throws -> String {
        guard let socket = LineSocket() else { throw POSIXError(.EMFILE) }
        socket.setTimeout(seconds: 30)
        let code = withUnixAddress(of: path) { connect(socket.descriptor, $0, $1) }
        #expect(code == 0)
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
        do {
            guard let socket = LineSocket() else { throw POSIXError(.EMFILE) }
            let code = withUnixAddress(of: path) { connect(socket.descriptor, $0, $1) }
            #expect(code == 0)
        }
        #expect(try reply(to: #"{"version":1,"request":"resume"}"#) == #"{"done":7,"version":1}"#)
    }
}
