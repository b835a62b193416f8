import ArgumentParser
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

        func run() throws {
            let fetch = CIFAR10Fetch(source: try ArchiveSource(address: from, md5: md5), directory: into)
            let progress = FetchProgress(isTerminal: isatty(STDERR_FILENO) == 1)
            let outcome: CIFAR10Fetch.Outcome
            do {
                outcome = try fetch.run { progress.show($0) }
                progress.endLine()
            } catch {
                progress.endLine()
                throw error
            }
            switch outcome {
            case .alreadyThere(let directory): print("CIFAR-10 is there and whole: \(directory)")
            case .fetched(let directory): print("CIFAR-10 is ready: \(directory)")
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
            print("CIFAR-10 is there and whole: \(files.directory)")
            print("\(images.train.count) training images, \(images.test.count) test images, SHA-256 \(images.digest)")
        }
    }
}

/// Shows a fetch on standard error: a bar that moves, or, where that is no terminal, a line for each tenth.
///
/// `Sendable` for the download's thread; the lock guards the state.
private final class FetchProgress: Sendable {
    private struct State {
        var started: ContinuousClock.Instant?
        var bytesAtStart = 0
        var lastShown: ContinuousClock.Instant?
        var lastTenth = 0
        var isLineOpen = false
    }

    private let isTerminal: Bool
    private let state = Mutex(State())

    init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    func show(_ event: CIFAR10Fetch.Event) {
        switch event {
        case .downloading(let url, let bytes):
            line(bytes > 0 ? "\(url.absoluteString): going on from byte \(bytes)" : url.absoluteString)
        case .received(let bytes, let total): showBytes(bytes, of: total)
        case .checking(let path): line("checking \(path)")
        case .unpacking(let path): line("unpacking \(path)")
        }
    }

    /// Ends a bar's line, so that what is printed next has its own.
    func endLine() {
        state.withLock { state in
            if state.isLineOpen { write("\n") }
            state.isLineOpen = false
        }
    }

    private func line(_ text: String) {
        endLine()
        write(text + "\n")
    }

    private func showBytes(_ bytes: Int, of total: Int?) {
        let now = ContinuousClock.now
        state.withLock { state in
            guard let started = state.started else {
                state.started = now
                state.bytesAtStart = bytes
                state.lastTenth = total.map { 10 * bytes / max($0, 1) } ?? 0
                return
            }
            let tenth = total.map { 10 * bytes / max($0, 1) } ?? 0
            let isDue = isTerminal ? state.lastShown.map { now - $0 > .milliseconds(100) } ?? true : tenth > state.lastTenth
            guard isDue || (isTerminal && bytes == total) else { return }
            state.lastShown = now
            state.lastTenth = tenth
            state.isLineOpen = isTerminal
            let rate = Double(bytes - state.bytesAtStart) / max((now - started) / .seconds(1), 1e-3)
            let text = Self.text(bytes: bytes, total: total, bytesPerSecond: rate, hasBar: isTerminal)
            // The code after the carriage return clears what a longer line left.
            write(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
        }
    }

    private static func text(bytes: Int, total: Int?, bytesPerSecond: Double, hasBar: Bool) -> String {
        guard let total, total > 0 else { return "\(megabytes(Double(bytes))) MB" }
        let done = Double(bytes) / Double(total)
        let filled = Int(done * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        let secondsLeft = bytesPerSecond > 0 ? Int(Double(total - bytes) / bytesPerSecond) : 0
        let numbers = """
            \(Int(done * 100)) % of \(megabytes(Double(total))) MB, \(megabytes(bytesPerSecond)) MB/s, \
            \(secondsLeft / 60) min \(secondsLeft % 60) s left
            """
        return hasBar ? "\(bar) \(numbers)" : numbers
    }

    private static func megabytes(_ bytes: Double) -> String {
        String(format: "%.1f", bytes / 1e6)
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
