import CommandOutput
import Experiment
import Foundation
import Status

/// The lines that show a sweep: its bar, a line for each worker, the point that is ahead.
///
/// What does not fit is left out in an order: slots, rate, bar, time; workers that do not fit are counted.
public struct SweepPanel: Sendable {
    private let view: SweepView
    private let size: Terminal.Size

    public init(_ view: SweepView, size: Terminal.Size) {
        self.view = view
        self.size = size
    }

    public var lines: [StyledLine] {
        [progressLine] + workerLines + (view.best.map { [StyledLine("best so far: " + $0, .bold)] } ?? [])
    }

    // MARK: Progress

    private var progressLine: StyledLine {
        let width = size.columns - 1
        // From the widest to the narrowest.
        let choices = [facts(.all), facts(.withoutSlots), facts(.countsAndTime)]
        for facts in choices where width - facts.width - 3 >= 8 {
            return bar(min(30, width - facts.width - 3)).appending(facts)
        }
        // A terminal that is narrower still cuts the last.
        return choices.first { $0.width <= width } ?? facts(.counts)
    }

    private enum Detail: Int, Comparable {
        case counts, countsAndTime, withoutSlots, all

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private func bar(_ width: Int) -> StyledLine {
        let progress = view.progress
        // A journal may hold more epochs than the plan has.
        let share = progress.epochsTotal == 0 ? 1 : Double(progress.epochsDone) / Double(progress.epochsTotal)
        let done = Int((Double(width) * min(1, max(0, share))).rounded(.down))
        var line = StyledLine("[")
        line.append(String(repeating: "#", count: done), .green)
        line.append(String(repeating: "-", count: width - done), .dim)
        line.append("] ")
        return line
    }

    private func facts(_ detail: Detail) -> StyledLine {
        let progress = view.progress
        let tasks = progress.tasks
        var line = StyledLine(
            "\(progress.epochsDone)/\(progress.epochsTotal) epochs, \(tasks.done)/\(tasks.total) tasks")
        if tasks.failed > 0 { line.append(", \(tasks.failed) failed", .red) }
        if progress.alarms > 0 { line.append(", \(counted(progress.alarms, "alarm"))", .red) }
        if progress.isPaused { line.append(", paused", .yellow) }
        if detail >= .withoutSlots, let rate = progress.rate { line.append(String(format: ", %.2f epochs/s", rate)) }
        if detail >= .countsAndTime, let left = progress.timeLeft, progress.epochsDone < progress.epochsTotal {
            line.append(", \(clockText(left)) left")
        }
        if detail >= .all {
            line.append(", \(counted(progress.slots, "slot")) on \(counted(progress.workers, "worker"))")
        }
        return line
    }

    /// The facts of the progress line without colours and bar, for a log.
    public static func plainFacts(_ progress: SweepProgress) -> String {
        SweepPanel(SweepView(progress: progress), size: Terminal.Size(columns: .max, rows: 1)).facts(.all).text
    }

    // MARK: Workers

    private var workerLines: [StyledLine] {
        // At least half of a small terminal stays with what is printed above.
        let limit = max(1, min(16, size.rows / 2 - 1))
        // Workers that train are worth the most.
        let shown = view.workers.filter { !$0.tasks.isEmpty } + view.workers.filter(\.tasks.isEmpty)
        let hidden = shown.count > limit ? shown.count - limit + 1 : 0
        let lines = shown.prefix(shown.count - hidden).map(line)
        return lines + (hidden > 0 ? [StyledLine("  and \(counted(hidden, "worker")) more", .dim)] : [])
    }

    private func line(_ worker: SweepView.Worker) -> StyledLine {
        let nameWidth = view.workers.map(\.name.count).max() ?? 0
        var line = StyledLine("  " + worker.name + String(repeating: " ", count: nameWidth - worker.name.count + 2))
        // A worker's name mostly begins with its host's.
        if !worker.name.hasPrefix(worker.host) { line.append(worker.host + "  ", .dim) }
        if let trouble = worker.trouble { line.append(trouble + (worker.tasks.isEmpty ? "" : "  "), .yellow) }
        if worker.trouble == nil || !worker.tasks.isEmpty {
            if let rate = worker.rate { line.append(String(format: "%.2f epochs/s  ", rate), .dim) }
            line.append(worker.tasks.isEmpty ? "idle" : worker.tasks.joined(separator: " | "))
        }
        return line
    }
}

extension StyledLine {
    fileprivate func appending(_ other: StyledLine) -> StyledLine {
        var line = self
        line.append(other)
        return line
    }
}
