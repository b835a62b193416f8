import ArgumentParser

/// `sweep pause`: begins no more tasks of a running sweep.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a running sweep begin no more tasks.",
        discussion: """
            What trains goes on to its end. sweep resume lets the sweep go on, and so does a restart of its command.
            """)

    @OptionGroup var selection: RunSelection

    func run() throws {
        _ = try selection.ask(.pause)
        Output.line("The sweep is paused: what trains goes on, and nothing new begins until sweep resume.")
    }
}
