import ArgumentParser
import CommandOutput
import FleetCommands

/// `sweep invite`: prints the one command that joins a new host.
struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print the command that joins a new host.",
        discussion: """
            The token in it lets a host in once, within a day, unless you say otherwise: the worker there makes a key \
            of its own, which stays admitted for your later sweeps at the same address, also when the token is used up \
            or has expired. Give the token only to that host. On a command line other users of the host can see it for \
            a moment; a file or a pipe keeps it from them: sweep worker --join FILE, or - for standard input. sweep \
            keys lists who came, sweep revoke ends it.
            """)

    @OptionGroup var selection: RunSelection

    @Option(
        help: ArgumentHelp(
            "The address under which the host reaches this one, with :PORT where a forwarder listens at another port "
                + "(default: the address of this host's default route).",
            valueName: "addr"))
    var address: String?

    @Option(help: ArgumentHelp("What the invite and its worker are called (default: made up).", valueName: "label"))
    var name: String?

    @Option(help: ArgumentHelp("For how long hosts may come with it: 90s, 30m, 24h, 7d, never.", valueName: "time"))
    var expires = "24h"

    @Option(help: "How many hosts may come with it.")
    var uses = 1

    @Flag(help: "Let each of them wait until sweep keys approve.")
    var approve = false

    func run() throws {
        var terms = InviteTerms()
        (terms.name, terms.expires, terms.uses, terms.needsApproval) = (name, expires, uses, approve)
        let invitation = try Invitation(to: selection.chosen(), terms, address: address)
        if let note = invitation.note { Output.error(note) }
        Output.error("Run this on \(uses == 1 ? "the new host" : "each new host") (\(invitation.summary)):")
        Output.line("sweep worker --join \(invitation.token.encoded)")
    }
}
