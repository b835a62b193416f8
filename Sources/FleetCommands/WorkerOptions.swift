import CommandOutput
import Commands
import Experiment
import HostSystem
import Transport
import Wire
import WorkerAgent

/// What `sweep worker` was asked for, besides its token.
package struct WorkerOptions {
    /// Trainers on this host; `nil` for one for each core that this process may use.
    package var slots: Int?
    /// Where CIFAR-10's batches are; `nil` for the cache.
    package var data: String?
    /// `nil` for one that is made up.
    package var name: String?
    /// Seconds for which it waits for the next coordinator, where one started it.
    package var linger: Double?
    /// The lock of the run directory, where the coordinator of its own host started it.
    package var lockPath: String?
    /// `--join`; `nil` for the credential of the service manager.
    package var join: String?
    /// Whether it says a line for each task.
    package var isVerbose = false
    package var logFormat = OutputFormat.text

    package init() {}

    /// Checks everything.
    ///
    /// - Parameter token: reads the text of the token.
    /// - Throws: `CommandFailure`, of code `.usage` where an option is wrong.
    package func configuration(reading token: () throws(CommandFailure) -> String) throws(CommandFailure)
        -> WorkerConfiguration
    {
        let slots = slots ?? HostCapacity.inspect().slots
        guard (1...Limits.slots).contains(slots) else {
            throw CommandFailure("--slots \(slots): give 1 to \(Limits.slots)", exitCode: .usage)
        }
        try HostNeeds.worker(slots: slots).check()
        let host = hostName()
        let chosen: WorkerID? =
            if let own = self.name { WorkerID(rawValue: own) } else { WorkerID.madeUp(Self.beginningOfNames(on: host)) }
        guard let name = chosen else {
            throw CommandFailure("--name: give 1 to 64 letters, digits, - _ or .", exitCode: .usage)
        }
        var configuration = WorkerConfiguration(
            token: try Self.token(token()), name: name, slots: slots, dataDirectory: data,
            trainer: TrainerLaunch(executable: ownExecutable, arguments: ["trainer"], name: "sweep"),
            build: Version.build)
        configuration.hasStarter = lockPath != nil
        configuration.keyDirectory = ownWorkerKeyDirectory()
        configuration.keyLabel = self.name ?? Self.plainName(host)
        if let linger {
            try checkSeconds(linger, of: "--linger")
            configuration.policy.linger = .seconds(linger)
        }
        return configuration
    }

    /// The host's name, as far as a worker's name can have it. No worker but that of a coordinator's own host has a
    /// name that begins like those.
    package static func beginningOfNames(on host: String) -> String {
        let beginning = "\(plainName(host))-"
        return (beginning.hasPrefix(WorkerID.localPrefix) ? "host-" : "") + beginning
    }

    private static func plainName(_ host: String) -> String {
        String(host.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40))
    }

    private static func token(_ text: String) throws(CommandFailure) -> JoinToken {
        do {
            return try JoinToken(decoding: text)
        } catch {
            throw CommandFailure("--join: \(error)", exitCode: .usage)
        }
    }
}
