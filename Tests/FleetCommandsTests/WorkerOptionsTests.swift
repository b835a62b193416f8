import CommandFixtures
import CommandOutput
import Experiment
import FleetCommands
import Testing
import Transport

/// What sweep worker is asked for.
struct WorkerOptionsTests {
    private let token: JoinToken

    init() throws {
        token = try JoinToken(
            endpoint: Endpoint("tcp://192.0.2.1:5555"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: CurveKeyPair.generate())
    }

    private func refusal(_ change: (inout WorkerOptions) -> Void) -> CommandFailure? {
        var options = WorkerOptions()
        change(&options)
        return commandFailure { _ = try options.configuration { token.encoded } }
    }

    @Test func `the options reach the worker`() throws {
        var options = WorkerOptions()
        (options.slots, options.data, options.name) = (3, "/images", "north-1")
        (options.linger, options.lockPath) = (5, "/run/lock")
        let configuration = try options.configuration { token.encoded }
        #expect(configuration.slots == 3 && configuration.dataDirectory == "/images" && configuration.hasStarter)
        #expect(configuration.name.rawValue == "north-1" && configuration.policy.linger == .seconds(5))
        #expect(configuration.token.encoded == token.encoded)
    }

    @Test func `a worker without a name gets one of its own each time`() throws {
        let names = try (0..<2).map { _ in try WorkerOptions().configuration { token.encoded }.name }
        #expect(names[0] != names[1])
    }

    @Test func `a name is made of what a host's name has of letters, digits and dashes`() {
        #expect(name(on: "north-2") == "north-2-7f")
        #expect(name(on: "nörd_1 x") == "nrd1x-7f")
        #expect(name(on: "") == "-7f")
        let long = String(repeating: "n", count: 99)
        #expect(name(on: long) == long.prefix(40) + "-7f")
        // A coordinator gives such names to the worker of its own host.
        #expect(name(on: "local") == "host-local-7f")
        #expect(WorkerID(rawValue: name(on: "local"))?.isLocal == false)
    }

    private func name(on host: String) -> String {
        WorkerID.madeUp(WorkerOptions.beginningOfNames(on: host), number: 0x7F).rawValue
    }

    @Test func `a mistake names the option and what would be right`() {
        let refusals: [(CommandFailure?, String)] = [
            (refusal { $0.slots = 0 }, "--slots 0: give 1 to 4096"),
            (refusal { $0.name = "a b" }, "--name: give 1 to 64 letters, digits, - _ or ."),
            (refusal { $0.linger = -1 }, "--linger -1.0: give 0 to 86400 seconds"),
        ]
        for (refusal, message) in refusals {
            #expect(refusal == CommandFailure(message, exitCode: .usage))
        }
        let wrong = commandFailure { _ = try WorkerOptions().configuration { "no token" } }
        #expect(wrong?.message.hasPrefix("--join: ") == true && wrong?.exitCode == .usage)
    }
}
