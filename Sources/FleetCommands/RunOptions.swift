import CommandOutput
import Commands
import CoordinatorService
import Experiment
import Foundation
import Journal
import Logging
import Training
import Transport
import Wire
import WorkerAgent

/// What `sweep run` was asked for.
package struct RunOptions {
    /// The sweep file.
    package var file: String
    /// Trainers on this host; `nil` for one for each core that this process may use.
    package var slots: Int?
    /// Where workers of other hosts join.
    package var listen: String?
    /// Whether a page is served.
    package var hasPage = false
    /// The run directory; `nil` for that of the sweep's name.
    package var out: String?
    /// Where CIFAR-10's batches are; `nil` for the cache.
    package var data: String?
    /// Seconds.
    package var checkpointEvery = 60.0
    /// Seconds.
    package var lease = 20.0
    /// Seconds.
    package var linger = 60.0
    /// In percent, with or without its sign.
    package var audit = "0%"
    package var logFormat = LogFormat.text

    package init(file: String) {
        self.file = file
    }

    /// Checks everything that can be checked before anything is touched, and loads the images.
    ///
    /// - Throws: `CommandFailure`, of code `.usage` where an option is wrong.
    package func configuration() throws(CommandFailure) -> CoordinatorConfiguration {
        let submitted = try SubmittedSweep(path: file)
        let slots = slots ?? HostCapacity.inspect().slots
        try checkNumbers(slots: slots)
        let endpoint = try checkedEndpoint()
        guard slots > 0 || endpoint != nil else {
            throw refusal("--slots 0 leaves nobody to train; add --listen tcp://ADDR:PORT, so that workers can join")
        }
        let needs = HostNeeds.sweep(slots: slots, takesWorkers: endpoint != nil, hasPage: hasPage)
        try needs.check()
        let plan = StoredPlan(
            sweep: submitted.sweep, text: submitted.text, dataDigest: try digest(of: submitted.sweep.data))
        var configuration = CoordinatorConfiguration(
            plan: plan, directory: directory(of: plan.name), keyDirectory: ownKeyDirectory(),
            environment: ProcessInfo.processInfo.environment,
            makeLog: { [logFormat] in try Self.log(into: $0, logFormat) })
        configuration.listen = endpoint
        configuration.pageDescriptors = needs.pageDescriptors()
        configuration.policy.workersMayJoin = endpoint != nil
        configuration.policy.lease = .seconds(lease)
        configuration.policy.heartbeat = min(configuration.policy.heartbeat, configuration.policy.lease / 8)
        configuration.policy.auditShare = try auditShare()
        configuration.policy.checkpointInterval = .seconds(checkpointEvery)
        if slots > 0 {
            configuration.localWorker = LocalWorkerConfiguration(
                executable: ownExecutable, arguments: workerArguments(slots: slots))
        }
        return configuration
    }

    /// The run directory of a sweep.
    package func directory(of name: String) -> String { out ?? "runs/\(name)" }

    private func checkNumbers(slots: Int) throws(CommandFailure) {
        guard (0...Limits.slots).contains(slots) else {
            throw refusal("--slots \(slots): give 0 to \(Limits.slots)")
        }
        guard (0...86_400).contains(checkpointEvery) else {
            throw refusal("--checkpoint-every \(checkpointEvery): give 0 to 86400 seconds")
        }
        guard (1...86_400).contains(lease) else { throw refusal("--lease \(lease): give 1 to 86400 seconds") }
        guard (0...86_400).contains(linger) else { throw refusal("--linger \(linger): give 0 to 86400 seconds") }
    }

    private func checkedEndpoint() throws(CommandFailure) -> Endpoint? {
        guard let listen else { return nil }
        let endpoint: Endpoint
        do {
            endpoint = try Endpoint(listen)
        } catch {
            throw refusal("--listen \(listen): \(error)")
        }
        guard case .tcp = endpoint.address else { throw refusal("--listen \(listen): give tcp://ADDR:PORT") }
        return endpoint
    }

    /// Of the tasks, from 0 to 1.
    private func auditShare() throws(CommandFailure) -> Double {
        let number = audit.hasSuffix("%") ? String(audit.dropLast()) : audit
        guard case .value(let percent) = DecimalNumber(number), (0...100).contains(percent) else {
            throw refusal("--audit \(audit): give 0% to 100%, such as 5%")
        }
        return percent / 100
    }

    /// Those of this host's worker, whose token comes on its standard input.
    private func workerArguments(slots: Int) -> [String] {
        ["worker", "--join", "-", "--slots", String(slots), "--log-format", logFormat.rawValue]
            + ["--linger", String(linger)] + (data.map { ["--data", URL(fileURLWithPath: $0).path] } ?? [])
    }

    private func digest(of name: DataSetName) throws(CommandFailure) -> DataDigest {
        do {
            return try DataSet.load(name, directory: data).digest
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private static func log(into directory: RunDirectory, _ format: LogFormat) throws(CommandFailure) -> Logger {
        let path = "\(directory.logs)/coordinator.log"
        let handler = try LineLog.appending(to: path, label: "coordinator", level: .info, format: format)
        return Logger(label: "coordinator") { _ in handler }
    }

    private func refusal(_ message: String) -> CommandFailure { CommandFailure(message, exitCode: .usage) }
}
