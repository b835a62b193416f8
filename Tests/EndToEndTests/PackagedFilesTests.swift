import ChildProcesses
import Foundation
import Testing

/// What goes into packages beside the program: manual pages, completions, services; `deploy/test-package` installs it.
@Suite(.timeLimit(.minutes(5)))
struct PackagedFilesTests {
    /// Every command with what `--help` prints of it, by the words that call it; found by the help alone.
    private func helpOfCommands(_ sandbox: Sandbox, _ words: [String] = []) async throws -> [[String]: String] {
        let help = try await sandbox.run(words + ["--help"])
        try #require(help.exitCode == 0, "\(words): \(help.errors)")
        var found = [words: help.output]
        let list = help.output.split(separator: "SUBCOMMANDS:\n").dropFirst().first ?? ""
        for match in list.matches(of: /(?m)^  ([a-z-]+)(?: \(default\))?(?:  |$)/) {
            found.merge(try await helpOfCommands(sandbox, words + [String(match.1)])) { $1 }
        }
        return found
    }

    @Test func `every command has a manual page with every option that its help has`() async throws {
        let sandbox = try Sandbox()
        let program = "'\(Program.package)/deploy/debian/manual' 9.9 man"
        let made = try await sandbox.shell("sweep --experimental-dump-help | SOURCE_DATE_EPOCH=86400 \(program)")
            .result()
        try #require(made.exitCode == 0, "\(made.errors)")
        let commands = try await helpOfCommands(sandbox)
        #expect(commands.count > 20)
        let names = commands.keys.map { (["sweep"] + $0).joined(separator: "-") + ".1" }
        #expect(try sandbox.files("man") == names.sorted())
        for (words, help) in commands {
            let name = (["sweep"] + words).joined(separator: "-")
            let page = try sandbox.read("man/\(name).1").replacing("\\-", with: "-")
            #expect(page.hasPrefix(".TH \(name.uppercased()) 1 \"1970-01-02\" \"sweep 9.9\""))
            for option in help.matches(of: /(?m)^  (?:-[a-z], )?(--[a-z-]+)/) {
                #expect(page.contains(option.1), "\(name): \(option.1)")
            }
        }
    }

    /// What bash offers where the cursor is at the end of the last word.
    private func completions(of words: [String], _ sandbox: Sandbox) async throws -> Set<String> {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source <(sweep --generate-completion-script bash)
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(words.joined(separator: " "))'
            COMP_POINT=${#COMP_LINE} COMP_TYPE=9
            function=$(complete -p sweep | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            "$function" sweep '\(words.last!)' '\(words.dropLast().last!)'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        try sandbox.write(script, to: "complete.sh")
        let result = try await sandbox.shell("bash complete.sh").result()
        try #require(result.exitCode == 0, "\(result.errors)")
        return Set(result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    @Test func `bash completes commands, options, values and files`() async throws {
        let sandbox = try Sandbox()
        for name in ["quick.yaml", "quiet.txt"] { try sandbox.write("", to: name) }
        #expect(try await completions(of: ["sweep", "run", "qui"], sandbox) == ["quick.yaml"])
        #expect(try await completions(of: ["sweep", "re"], sandbox).isSuperset(of: ["replay", "resume", "retry"]))
        #expect(try await completions(of: ["sweep", "data", "f"], sandbox) == ["fetch"])
        #expect(try await completions(of: ["sweep", "run", "--l"], sandbox).isSuperset(of: ["--listen", "--lease"]))
        #expect(try await completions(of: ["sweep", "export", "--format", "m"], sandbox) == ["markdown"])
        #expect(try await !completions(of: ["sweep", ""], sandbox).contains("trainer"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `each shell has its completions`(shell: String) async throws {
        let sandbox = try Sandbox()
        let printed = try await sandbox.run("--generate-completion-script", shell)
        #expect(printed.exitCode == 0)
        for command in ["worker", "invite", "export"] { #expect(printed.output.contains(command)) }
        try sandbox.write(printed.output, to: "script")
        // A shell that is here reads them without a complaint.
        guard InstalledProgram.path(of: shell, environment: ProcessInfo.processInfo.environment) != nil else { return }
        let read = try await sandbox.shell("\(shell) -n script").result()
        #expect(read.exitCode == 0 && read.errors.isEmpty, "\(read.errors)")
    }

    static let systemdIsHere =
        InstalledProgram.path(of: "systemd-analyze", environment: ProcessInfo.processInfo.environment) != nil

    @Test(.enabled(if: systemdIsHere, "systemd is not installed"), arguments: ["worker", "coordinator"])
    func `systemd takes the services, and finds them well enclosed`(name: String) async throws {
        let sandbox = try Sandbox()
        let unit = "sweep-\(name)@.service"
        let text = try String(contentsOfFile: "\(Program.package)/deploy/systemd/\(unit)", encoding: .utf8)
        // Where the package puts the program there is none here.
        try sandbox.write(text.replacing("/usr/bin/sweep ", with: "\(Program.sweep) "), to: unit)
        let verified = try await sandbox.shell("systemd-analyze verify --man=no './\(unit)'").result()
        #expect(verified.exitCode == 0 && verified.errors.isEmpty, "\(verified.errors)")
        // In tenths. What is left is the network, the host's root directory, and the choice of cores.
        let security = try await sandbox.shell(
            "systemd-analyze security --no-pager --offline=true --threshold=15 './\(unit)'"
        ).result()
        #expect(security.exitCode == 0, "\(security.output)")
    }

    @Test func `options of the services are those of the program`() async throws {
        let sandbox = try Sandbox()
        for name in ["worker", "coordinator"] {
            let path = "\(Program.package)/deploy/systemd/sweep-\(name)@.service"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let command = try #require(text.firstMatch(of: /(?m)^ExecStart=\/usr\/bin\/sweep ([a-z]+)/)).1
            let help = try await sandbox.run(String(command), "--help").output
            let options = text.matches(of: /(?:^|\s)(--[a-z-]+)/).map { String($0.1) }.filter { $0 != "--now" }
            for option in options { #expect(help.contains(option), "\(name): \(option)") }
        }
    }

    @Test func `the version is one line for people and scripts`() async throws {
        let result = try await Sandbox().run("--version")
        let line = /sweep [0-9.]+\+[0-9a-f]{12}, commit [0-9a-z+]+, protocol [0-9]+, journal schema [0-9]+\n/
        #expect(try line.wholeMatch(in: result.output) != nil, "\(result.output)")
    }
}
