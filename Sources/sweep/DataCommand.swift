import ArgumentParser
import CommandOutput
import Commands
import Foundation

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Get and check the images of CIFAR-10.",
        discussion: "The data set “shapes” is built in and needs neither.", subcommands: [Fetch.self, Verify.self])
}

extension DataCommand {
    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Download CIFAR-10 from its official address into the cache, checked.",
            discussion: """
                An interrupted download goes on where it ended. Batches that are there and whole are left as they are.
                """)

        @Option(help: ArgumentHelp("A mirror of the archive: an https, http or file address.", valueName: "url"))
        var from: String?

        @Option(
            help: ArgumentHelp("Where to unpack. (default: $XDG_CACHE_HOME/sweep)", valueName: "dir"),
            completion: .directory)
        var into: String?

        @Option(
            help: ArgumentHelp(
                "The archive's checksum, for another archive than the official one.", valueName: "hex",
                visibility: .hidden))
        var md5: String?

        func validate() throws {
            do {
                try ImageFetch.check(address: from, md5: md5)
            } catch {
                throw ValidationError(error.description)
            }
        }

        func run() throws {
            let fetch = try ImageFetch(from: from, md5: md5, into: into)
            let terminal = Terminal(environment: ProcessInfo.processInfo.environment)
            Output.line(try fetch.run(showingOn: terminal))
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every size and label of CIFAR-10's batches, and print their digest.")

        @Option(
            help: ArgumentHelp(
                "A directory with data_batch_1.bin …, or its parent. (default: $XDG_CACHE_HOME/sweep)",
                valueName: "dir"), completion: .directory)
        var data: String?

        func run() throws {
            for line in try ImageCheck.lines(directory: data) { Output.line(line) }
        }
    }
}
