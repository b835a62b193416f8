import CommandOutput
import Commands
import CoordinatorService
import Experiment
import Foundation
import Journal
import Logging
import Scheduling
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
    /// Seconds; like the next two, what the decisions themselves take where nobody says anything.
    package var checkpointEvery = TaskBoard.Policy().checkpointInterval / .seconds(1)
    /// Seconds.
    package var lease = TaskBoard.Policy().lease / .seconds(1)
    /// Seconds.
    package var linger = WorkerSession.Policy().linger / .seconds(1)
    /// In percent, with or without its sign.
    package var audit = "\(shortestText(100 * TaskBoard.Policy().auditShare))%"
    /// Whether any worker's checkpoint is as good as one of the owner's own hosts.
    package var trustCheckpoints = false
    package var logFormat = OutputFormat.text

    package init(file: String) {
        self.file = file
    }

    /// What is not given is as it is here.
    package static var defaults: RunOptions { RunOptions(file: "") }

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
        configuration.policy.trustsCheckpoints = trustCheckpoints
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
        try checkSeconds(checkpointEvery, of: "--checkpoint-every")
        try checkSeconds(lease, of: "--lease", least: 1)
        try checkSeconds(linger, of: "--linger")
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

    /// The share of the tasks that are audited, from 0 to 1.
    private func auditShare() throws(CommandFailure) -> Double {
        guard let share = share(ofPercent: audit) else {
            throw refusal("--audit \(audit): give 0% to 100%, such as 5%")
        }
        return share
    }

    /// The arguments of this host's worker, whose token comes on its standard input.
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

    private static func log(into directory: RunDirectory, _ format: OutputFormat) throws(CommandFailure) -> Logger {
        let path = "\(directory.logs)/coordinator.log"
        let handler = try LineLog.appending(to: path, label: "coordinator", level: .info, format: format)
        return Logger(label: "coordinator") { _ in handler }
    }

    private func refusal(_ message: String) -> CommandFailure { CommandFailure(message, exitCode: .usage) }
}

/// What is waited for longer than a day is a mistake.
func checkSeconds(_ seconds: Double, of option: String, least: Int = 0) throws(CommandFailure) {
    let most = 86_400
    guard (Double(least)...Double(most)).contains(seconds) else {
        throw CommandFailure("\(option) \(seconds): give \(least) to \(most) seconds", exitCode: .usage)
    }
}
