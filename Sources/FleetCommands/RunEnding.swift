import CommandOutput
import Commands
import CoordinatorService
import Experiment
import Reporting
import Status

/// What is said and returned when a sweep is over.
package struct RunEnding {
    /// Alarms and failed tasks, a line each: said first.
    package let notices: [String]
    /// What the audits came to; `nil` where none were wanted.
    package let audit: Audit?
    /// The failure with which the command ends; `nil` where all is well.
    package let failure: CommandFailure?
    /// Whether there are results to show: a table, figures, a report.
    package let hasResults: Bool
    private let outcome: SweepOutcome
    private let directory: String

    package struct Audit: Equatable {
        package let text: String
        /// Whether even `--quiet` lets it be said.
        package let isComplaint: Bool

        package init(text: String, isComplaint: Bool) {
            self.text = text
            self.isComplaint = isComplaint
        }
    }

    /// - Parameter directory: the run directory, as people find it.
    package init(_ outcome: SweepOutcome, in directory: String) {
        self.outcome = outcome
        self.directory = directory
        hasResults = outcome.ending == .finished
        // How many were cancelled, the last line says.
        let failures = outcome.failures.filter { $0.failure != .cancelled }
        notices =
            Self.alarms(of: outcome.progress) + failures.map { "failed: \($0.task.summary): \($0.failure.text)" }
        audit = hasResults ? Self.audit(of: outcome) : nil
        failure = Self.failure(outcome, failedCount: failures.count, in: directory)
    }

    private static func alarms(of progress: SweepProgress) -> [String] {
        var alarms: [String] = []
        if progress.alarms > 0 {
            alarms.append(
                "ALARM: \(counted(progress.alarms, "record")) came out different when trained again; "
                    + "attempts.csv says on which hosts")
        }
        alarms += progress.liars.map { "ALARM: \([$0.text, $0.remedy].compactMap { $0 }.joined(separator: "; "))" }
        if progress.disputes > 0 {
            alarms.append(
                "ALARM: of \(counted(progress.disputes, "task")) word stands against word; join one more host under a "
                    + "key of its own, and run the same command again: a third execution decides")
        }
        return alarms
    }

    private static func failure(_ outcome: SweepOutcome, failedCount: Int, in directory: String) -> CommandFailure? {
        switch outcome.ending {
        case .stopped:
            return CommandFailure(
                "interrupted with \(counted(outcome.progress.tasks.unfinished, "task")) left; everything is stored in "
                    + "\(directory), the same command goes on",
                exitCode: .interrupted)
        case .stalled:
            return CommandFailure(
                "every worker failed several tasks in a row; what is stored stays, and the same command goes on. "
                    + "See \(directory)/attempts.csv")
        case .finished:
            guard !outcome.failures.isEmpty else { return doubt(outcome) }
            let cancelledCount = outcome.failures.count - failedCount
            let parts = [(failedCount, "failed"), (cancelledCount, "cancelled")].filter { $0.0 > 0 }
            let message = parts.map { "\(counted($0, "task")) \($1)" }.joined(separator: ", ")
            return CommandFailure(message + "; sweep retry gives them another chance", exitCode: .someTasksFailed)
        }
    }

    /// All tasks are done, and what was wanted to believe them is not.
    private static func doubt(_ outcome: SweepOutcome) -> CommandFailure? {
        let disputes = outcome.progress.disputes, audits = outcome.audits
        if disputes > 0 {
            return CommandFailure(
                "it is not known whether \(counted(disputes, "task")) can be believed", exitCode: .someTasksFailed)
        }
        guard audits.missing + audits.repeatedByStrangers > 0 else { return nil }
        return CommandFailure("the audit is not complete", exitCode: .someTasksFailed)
    }

    private static func audit(of outcome: SweepOutcome) -> Audit? {
        let audits = outcome.audits
        guard audits.wanted > 0 else { return nil }
        if audits.missing > 0 {
            return Audit(
                text: "Audit: \(audits.missing) of \(counted(audits.wanted, "task")) could not be trained again; "
                    + "attempts.csv says why",
                isComplaint: true)
        }
        if audits.repeatedByStrangers > 0 {
            return Audit(
                text: "Audit: \(audits.repeatedByStrangers) of \(counted(audits.wanted, "task")) were trained again "
                    + "by nobody but who had trained them; join one more host, and run the same command again",
                isComplaint: true)
        }
        guard outcome.progress.alarms == 0 else { return nil }
        let place = audits.done == 0 ? " on the same host" : ""
        return Audit(
            text: "Audit: \(counted(audits.wanted, "task")) trained again\(place), every bit the same",
            isComplaint: false)
    }

    // MARK: The final table

    /// More points than these would push all else out of a terminal.
    private static let terminalRows = 200

    /// The final table, and a line on what it leaves out.
    ///
    /// - Parameter width: of a terminal, which gets what fits; `nil` for any other place, which gets everything.
    package func table(width: Int?) -> (text: String, leftOut: String?) {
        let table = FinalTable(
            of: outcome.finals, outcome.sweep, width: width, rowLimit: width == nil ? nil : Self.terminalRows)
        let leftOut = table.leftOut.joined(separator: ", ")
        return (
            table.text, leftOut.isEmpty ? nil : "Left out for want of room: \(leftOut); final.csv has everything."
        )
    }

    // MARK: What is told of it

    /// Tells everything, in its order.
    ///
    /// - Parameters:
    ///   - isQuiet: leaves out what is neither a result nor a complaint.
    ///   - width: as `table` takes it.
    ///   - say: tells a person, in a line.
    ///   - print: writes a result.
    ///   - draw: draws the figures and writes the report; called where there is something to draw.
    /// - Throws: `failure`.
    package func conclude(
        isQuiet: Bool, width: Int?, say: (String) -> Void, print: (String) -> Void, draw: () -> RunConclusion
    ) throws(CommandFailure) {
        for notice in notices { say(notice) }
        if hasResults {
            let table = table(width: width)
            print(table.text)
            // Beside the table, whatever becomes of standard error: only a terminal's table leaves something out.
            if let leftOut = table.leftOut { print(leftOut + "\n") }
            if !isQuiet {
                say("± std is the standard deviation over the n seeds, divided by n")
                say("Drawing the figures")
            }
            let conclusion = draw()
            for note in conclusion.notes { say("Note: \(note).") }
            if !isQuiet, let remark = conclusion.remark { say("Note: \(remark).") }
            if !isQuiet { say("Files in \(directory): \(conclusion.files(in: directory).joined(separator: ", "))") }
        }
        if let audit, audit.isComplaint || !isQuiet { say(audit.text) }
        if let failure { throw failure }
    }
}
