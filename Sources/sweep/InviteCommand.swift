import ArgumentParser
import CommandOutput
import FleetCommands

/// `sweep invite`: prints the one command that joins a new host.
struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print the command that joins a new host.",
        discussion: """
            Makes a key for one more host and admits it. The token holds the secret key: give it only to that host. \
            It stays valid for later sweeps of yours at the same address.
            """)

    @OptionGroup var selection: RunSelection

    @Option(
        help: ArgumentHelp(
            "The address under which the host reaches this one, with :PORT where a forwarder listens at another port "
                + "(default: the address of this host's default route).",
            valueName: "addr"))
    var address: String?

    func run() throws {
        let invitation = try Invitation(to: selection.chosen(), address: address)
        if let note = invitation.note { Output.error(note) }
        Output.error("Run this on the new host (its key is called \(invitation.name)):")
        Output.line("sweep worker --join \(invitation.token.encoded)")
    }
}
