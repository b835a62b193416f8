import ArgumentParser
import Console
import Experiment
import Foundation
import Synchronization
import Training

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

        @Option(help: ArgumentHelp("Where to unpack. (default: $XDG_CACHE_HOME/sweep)", valueName: "dir"))
        var into: String?

        @Option(
            help: ArgumentHelp(
                "The archive's checksum, for another archive than the official one.", valueName: "hex",
                visibility: .hidden))
        var md5: String?

        func validate() throws {
            do {
                _ = try ArchiveSource(address: from, md5: md5)
            } catch {
                throw ValidationError(error.description)
            }
        }

        func run() throws {
            let fetch = CIFAR10Fetch(source: try ArchiveSource(address: from, md5: md5), directory: into)
            let progress = FetchProgress(terminal: Terminal(environment: ProcessInfo.processInfo.environment))
            defer { progress.end() }
            let outcome = try fetch.run { progress.show($0) }
            progress.end()
            switch outcome {
            case .alreadyThere(let directory): Output.line("CIFAR-10 is there and whole: \(directory)")
            case .fetched(let directory): Output.line("CIFAR-10 is ready: \(directory)")
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every size and label of CIFAR-10's batches, and print their digest.")

        @Option(
            help: ArgumentHelp(
                "A directory with data_batch_1.bin …, or its parent. (default: $XDG_CACHE_HOME/sweep)",
                valueName: "dir"))
        var data: String?

        func run() throws {
            let files = try CIFAR10Files(directory: data ?? DataCache.defaultDirectory())
            let images = try DataSet.load(.cifar10, directory: files.directory)
            Output.line("CIFAR-10 is there and whole: \(files.directory)")
            Output.line(
                "\(images.train.count) training images, \(images.test.count) test images, SHA-256 \(images.digest)")
        }
    }
}

/// Shows a fetch on standard error: a bar that moves, or, where that is no terminal, a line for each tenth.
private final class FetchProgress: Sendable {
    private struct Pace {
        var started: ContinuousClock.Instant?
        var bytesAtStart = 0
        var lastShown: ContinuousClock.Instant?
        var lastTenth = 0
    }

    private let terminal: Terminal
    /// Events come on the download's thread.
    private let pace = Mutex(Pace())

    init(terminal: Terminal) {
        self.terminal = terminal
    }

    func show(_ event: CIFAR10Fetch.Event) {
        switch event {
        case .downloading(let url, let bytes):
            terminal.print(bytes > 0 ? "\(url.absoluteString), going on from byte \(bytes)" : url.absoluteString)
        case .received(let bytes, let total):
            if let line = pace.withLock({ line(bytes: bytes, total: total, pace: &$0) }) {
                terminal.isInteractive ? terminal.setPanel([StyledLine(line)]) : terminal.print(line)
            }
        case .checking(let path):
            end()
            terminal.print("checking \(path)")
        case .unpacking(let path):
            terminal.print("unpacking \(path)")
        }
    }

    /// Removes the bar.
    func end() {
        terminal.setPanel([])
    }

    /// `nil` where it is too soon for another line.
    private func line(bytes: Int, total: Int?, pace: inout Pace) -> String? {
        let now = ContinuousClock.now
        let tenth = total.map { 10 * bytes / max($0, 1) } ?? 0
        guard let started = pace.started else {
            pace = Pace(started: now, bytesAtStart: bytes, lastShown: nil, lastTenth: tenth)
            return nil
        }
        if terminal.isInteractive {
            if let last = pace.lastShown, now - last < .milliseconds(100) { return nil }
        } else if tenth == pace.lastTenth {
            return nil
        }
        pace.lastShown = now
        pace.lastTenth = tenth
        let bytesPerSecond = Double(bytes - pace.bytesAtStart) / max((now - started) / .seconds(1), 1e-3)
        guard let total, total > 0 else { return megabytesText(bytes) }
        let facts = facts(bytes: bytes, total: total, bytesPerSecond: bytesPerSecond)
        let filled = 30 * min(bytes, total) / total
        let bar = "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled) + "] "
        return terminal.isInteractive ? bar + facts : facts
    }

    private func facts(bytes: Int, total: Int, bytesPerSecond: Double) -> String {
        var facts = "\(100 * bytes / total) % of \(megabytesText(total)), \(megabytesText(Int(bytesPerSecond)))/s"
        if bytesPerSecond > 0 {
            let left = Int(Double(total - bytes) / bytesPerSecond)
            facts += String(format: ", %d:%02d left", left / 60, left % 60)
        }
        return facts
    }
}
