import ArgumentParser
import CommandOutput
import Commands
import FleetCommands

/// `sweep keys`: who may join and who did.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Show who may join your sweeps, and who did.",
        discussion: """
            Invites with what is left of them, and the keys of workers: those that are admitted, wait for approval or \
            were revoked. Keys are named by the beginnings of their digests. All sweeps of a user have the same keys.
            """,
        subcommands: [ListCommand.self, ApproveCommand.self, RotateCommand.self], defaultSubcommand: ListCommand.self)

    /// `sweep keys list`, and `sweep keys` alone.
    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show invites and keys.")

        @Option(help: "How to print it.")
        var format = OutputFormat.text

        func run() throws {
            let list = try KeyList()
            for warning in list.warnings { Output.error(warning) }
            switch format {
            case .text: Output.text(list.text)
            case .json: Output.line(try list.json())
            }
        }
    }

    /// `sweep keys approve LABEL`: lets in a worker that waits.
    struct ApproveCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve", abstract: "Let in a worker that came with an invite made with --approve.",
            discussion: """
                The worker says the beginning of its key's digest, and so does sweep keys: compare them. sweep revoke \
                turns it away.
                """)

        @Argument(help: ArgumentHelp("Its name, or the beginning of its key's digest.", valueName: "label"))
        var label: String

        func run() throws { Output.line(try KeyCommands.approve(label)) }
    }
}

extension KeysCommand {
    /// `sweep keys rotate`: gives the coordinator another key.
    struct RotateCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Give the coordinator a new key, with the fleet joined.",
            discussion: """
                Coordinators of yours that run tell their workers of the new key, and so do those that start before \
                the old one ends; then they listen with the new one, and workers come back by themselves within \
                seconds, training on. A worker that was not connected in that time needs a new token (sweep invite), \
                and so does one with a token that was made before. sweep keys shows when the old key ends. Where the \
                old key was stolen, end it at once: --now.
                """)

        @Option(
            help: ArgumentHelp(
                "How long the old key lasts: 90s, 30m, 24h, 7d (default: \(KeyCommands.defaultGrace)).",
                valueName: "time"))
        var grace: String?

        @Flag(help: "End the old key at once, also while it is changing; connected workers are told first.")
        var now = false

        func run() throws {
            for line in try KeyCommands.rotate(grace: grace, endsNow: now) { Output.line(line) }
        }
    }
}

/// `sweep revoke`: ends a worker's admission, or an invite.
struct RevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End the admission of a worker, or an invite.",
        discussion: """
            Coordinators of yours that run cut a revoked worker off within a second, and its tasks go on elsewhere; \
            the worker ends. With --forget-results everything is trained again elsewhere that the worker delivered to \
            a sweep and no other key has confirmed; it is compared, and replaced where it differs. A revoked invite \
            lets nobody in any more, and the workers that came with it stay. A label \
            that an invite shares with its one worker means both. Workers call themselves what they like, also as \
            another one's label reads: where a word could mean several keys nobody is put out, and they are listed.
            """)

    @Argument(
        help: ArgumentHelp(
            "A label that sweep keys lists, a worker's name (sweep workers), or the beginning of a key's digest: four "
                + "digits or more.",
            valueName: "worker"))
    var worker: String

    @Option(help: "Why, for sweep keys to show; the worker isn't told.")
    var reason: String?

    @Flag(help: "Train again what it delivered; also of a worker that was revoked before.")
    var forgetResults = false

    @Option(
        help: ArgumentHelp(
            "The run directory in which workers have these names, and whose results --forget-results is about "
                + "(default: all under runs/, and the only one).",
            valueName: "dir"))
    var out: String?

    func run() throws {
        let run = try KeyCommands.run(named: out, forgettingResults: forgetResults)
        let names = KeyCommands.workerNames(inRun: out) { Output.error($0) }
        if let run {
            try KeyCommands.revoke(
                worker, amongWorkers: names, forgettingResultsIn: run, reason: reason, say: { Output.line($0) })
        } else {
            for line in try KeyCommands.revoke(worker, amongWorkers: names, reason: reason) { Output.line(line) }
        }
    }
}
