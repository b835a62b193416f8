import CommandFixtures
import CommandOutput
import Experiment
import FleetCommands
import Foundation
import TestSupport
import Testing

/// What sweep run is asked for is checked before anything is touched.
struct RunOptionsTests {
    private let directory = TemporaryDirectory()
    private let options: RunOptions

    init() throws {
        let text = "name: small\ndata: shapes\ngrid: {norm: [bn, ln], seed: [1, 2]}\n"
        options = RunOptions(file: try directory.write(text, to: "s.yaml"))
    }

    @Test func `without options this host trains, and nobody joins`() throws {
        let configuration = try options.configuration()
        #expect(configuration.plan.name == "small" && configuration.plan.tasks.count == 4)
        #expect(configuration.directory == "runs/small")
        #expect(configuration.listen == nil && !configuration.policy.workersMayJoin)
        #expect(configuration.policy.auditShare == 0 && configuration.policy.lease == .seconds(20))
        let arguments = try #require(configuration.localWorker?.arguments)
        #expect(arguments.prefix(3) == ["worker", "--join", "-"])
        #expect(arguments.suffix(4) == ["--log-format", "text", "--linger", "60.0"])
    }

    @Test func `every option reaches the coordinator or its worker`() throws {
        var options = options
        (options.slots, options.listen, options.out) = (2, "tcp://127.0.0.1:5555", "elsewhere")
        (options.checkpointEvery, options.lease, options.linger) = (0, 4, 7)
        (options.audit, options.logFormat, options.data) = ("12.5%", .json, "/images")
        let configuration = try options.configuration()
        #expect(configuration.directory == "elsewhere" && configuration.listen?.description == options.listen)
        #expect(configuration.policy.workersMayJoin && configuration.policy.auditShare == 0.125)
        #expect(configuration.policy.lease == .seconds(4) && configuration.policy.checkpointInterval == .zero)
        // A worker must be heard several times in a lease.
        #expect(configuration.policy.heartbeat == .milliseconds(500))
        #expect(
            configuration.localWorker?.arguments == [
                "worker", "--join", "-", "--slots", "2", "--log-format", "json", "--linger", "7.0", "--data", "/images",
            ])
    }

    @Test func `a coordinator without slots starts no worker`() throws {
        var options = options
        (options.slots, options.listen) = (0, "tcp://*:0")
        #expect(try options.configuration().localWorker == nil)
    }

    private func refusal(_ change: (inout RunOptions) -> Void) -> CommandFailure? {
        var options = options
        change(&options)
        return commandFailure { _ = try options.configuration() }
    }

    @Test func `a mistake names the option and what would be right`() {
        let refusals: [(CommandFailure?, String)] = [
            (refusal { $0.slots = -1 }, "--slots -1: give 0 to 4096"),
            (refusal { $0.slots = 4097 }, "--slots 4097: give 0 to 4096"),
            (refusal { $0.checkpointEvery = -1 }, "--checkpoint-every -1.0: give 0 to 86400 seconds"),
            (refusal { $0.lease = 0.5 }, "--lease 0.5: give 1 to 86400 seconds"),
            (refusal { $0.linger = 1e6 }, "--linger 1000000.0: give 0 to 86400 seconds"),
            (refusal { $0.listen = "ipc:///tmp/s" }, "--listen ipc:///tmp/s: give tcp://ADDR:PORT"),
            (
                refusal { $0.slots = 0 },
                "--slots 0 leaves nobody to train; add --listen tcp://ADDR:PORT, so that workers can join"
            ),
            (refusal { $0.audit = "101%" }, "--audit 101%: give 0% to 100%, such as 5%"),
            (refusal { $0.audit = "half" }, "--audit half: give 0% to 100%, such as 5%"),
        ]
        for (refusal, message) in refusals {
            #expect(refusal == CommandFailure(message, exitCode: .usage))
        }
        #expect(refusal { $0.listen = "here" }?.message.hasPrefix("--listen here: 'here' is not an endpoint") == true)
        #expect(refusal { $0.file = "/missing.yaml" }?.exitCode == .usage)
    }

    @Test func `images that are not there are no bad usage`() throws {
        var options = options
        let text = "name: small\ndata: cifar10\ngrid: {norm: [bn], seed: [1]}\n"
        options.file = try directory.write(text, to: "c.yaml")
        options.data = directory.path
        #expect(commandFailure { _ = try options.configuration() }?.exitCode == .failed)
    }
}
