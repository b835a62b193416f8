import CommandOutput
import Experiment
import Foundation
import Synchronization
import Training

/// Shows a fetch on standard error: a bar that moves, or, where that is no terminal, a line for each tenth.
package final class FetchProgress: Sendable {
    private struct Pace {
        var started: ContinuousClock.Instant?
        var bytesAtStart = 0
        var lastShown: ContinuousClock.Instant?
        var lastTenth = 0
    }

    private let terminal: Terminal
    /// Events come on the download's thread.
    private let pace = Mutex(Pace())
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// - Parameter clock: stands in for time in tests.
    package init(
        _ terminal: Terminal, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.terminal = terminal
        self.clock = clock
    }

    package func show(_ event: CIFAR10Fetch.Event) {
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
    package func end() {
        terminal.setPanel([])
    }

    /// `nil` where it is too soon for another line.
    private func line(bytes: Int, total: Int?, pace: inout Pace) -> String? {
        let now = clock()
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
