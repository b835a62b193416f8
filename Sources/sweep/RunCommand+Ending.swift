import Console
import CoordinatorService
import Experiment
import Foundation
import Reporting
import Scheduling

// What is said, drawn and returned when a sweep is over.

extension RunCommand {
    func conclude(_ outcome: SweepOutcome, _ display: ProgressDisplay) throws {
        let alarms = outcome.progress.alarms
        if alarms > 0 {
            display.say(
                "ALARM: \(counted(alarms, "record")) came out different when trained again; "
                    + "attempts.csv says on which hosts")
        }
        let failures = outcome.failures.filter { $0.reason != TaskBoard.cancellation }
        for (task, reason) in failures {
            display.say("failed: \(task.summary): \(reason)")
        }
        let directory = runDirectory(of: outcome.sweep.name)
        switch outcome.ending {
        case .stopped:
            throw CommandFailure(
                "interrupted with \(counted(outcome.progress.tasks.unfinished, "task")) left; everything is stored in "
                    + "\(directory), the same command goes on",
                exitCode: .interrupted)
        case .stalled:
            throw CommandFailure(
                "every worker failed several tasks in a row; what is stored stays, and the same command goes on. "
                    + "See \(directory)/attempts.csv")
        case .finished:
            printTable(of: outcome, display)
            draw(in: directory, display)
            tellOfAudits(outcome, display)
            if !outcome.failures.isEmpty {
                let cancelledCount = outcome.failures.count - failures.count
                let parts = [(failures.count, "failed"), (cancelledCount, "cancelled")].filter { $0.0 > 0 }
                let message = parts.map { "\(counted($0, "task")) \($1)" }.joined(separator: ", ")
                throw CommandFailure(
                    message + "; sweep retry gives them another chance", exitCode: .someTasksFailed)
            }
        }
    }

    /// More points than these would push all else out of a terminal.
    private static let terminalRows = 200

    /// On a terminal what fits, elsewhere everything.
    private func printTable(of outcome: SweepOutcome, _ display: ProgressDisplay) {
        let width = Terminal.outputWidth()
        let table = FinalTable(
            of: outcome.finals, outcome.sweep, width: width, rowLimit: width == nil ? nil : Self.terminalRows)
        Output.text(table.text)
        guard !table.leftOut.isEmpty else { return }
        // Beside the table, whatever becomes of standard error: only a terminal's table leaves something out.
        Output.line("Left out for want of room: \(table.leftOut.joined(separator: ", ")); final.csv has everything.")
    }

    /// Everything is stored by now, and the service that took signals has ended.
    private func draw(in directory: String, _ display: ProgressDisplay) {
        for interruption in stopSignals() {
            signal(interruption.rawValue) { _ in
                let text: StaticString =
                    "\nerror: interrupted; the results are all there, sweep report draws the rest\n"
                _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                _exit(CommandFailure.Code.interrupted.rawValue)
            }
        }
        if !quiet { display.say("Drawing the figures") }
        let conclusion = ReportFigures.conclude(directory, display.work())
        let notes = conclusion.omissions + (conclusion.complaint.map { [$0] } ?? [])
        for note in notes { display.say("Note: \(note).") }
        guard !quiet else { return }
        let tables = ReportFile.allCases.map(\.rawValue)
            .filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
        let names = tables + (conclusion.complaint == nil ? ["figures/", "report.html"] : [])
        display.say("Files in \(directory): \(names.joined(separator: ", "))")
    }

    private func tellOfAudits(_ outcome: SweepOutcome, _ display: ProgressDisplay) {
        let (wanted, done) = outcome.audits
        guard wanted > 0 else { return }
        if done < wanted {
            display.say(
                "Audit: \(wanted - done) of \(counted(wanted, "task")) could not be trained again; "
                    + "attempts.csv says why"
            )
        } else if outcome.progress.alarms == 0, !quiet {
            display.say("Audit: \(counted(done, "task")) trained again, every bit the same")
        }
    }
}
