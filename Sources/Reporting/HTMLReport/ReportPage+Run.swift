import Experiment
import Status

// How the results came about: what went wrong, on which hosts, task by task.

extension ReportPage {
    func writeProblems(_ body: inout HTMLText) {
        let alarms = attempts?.alarms ?? FirstRows()
        let count = max(alarms.count, facts?.snapshot.progress.alarms ?? 0)
        if count > 0 {
            body.element("h2", "Alarms")
            body.element(
                "p", "Trained a second time, \(count) \(count == 1 ? "record" : "records") came out with other bits.",
                class: "alarm")
            let head = ["task", "attempt", "host", "worker", "kernels", "reason"]
            let rows = alarms.rows.map { row -> [HTMLText.Cell] in
                [row.task, row.number, row.host, row.worker, row.kernels, row.reason].map { .word($0) }
            }
            body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
            writeMore(than: rows.count, of: alarms.count, &body)
            for liar in facts?.snapshot.progress.liars ?? [] { body.element("p", liar.text, class: "alarm") }
            let disputes = facts?.snapshot.progress.disputes ?? 0
            if disputes > 0 {
                let tasks = disputes == 1 ? "1 task" : "\(disputes) tasks"
                body.element("p", "Of \(tasks) word stands against word.", class: "alarm")
            }
        } else {
            body.element("p", "No alarms: no record came out different when trained again.")
        }
        writeUnfinished(&body)
    }

    private func writeUnfinished(_ body: inout HTMLText) {
        guard let facts else { return }
        let unfinished = facts.snapshot.changedTasks.filter { $0.status.phase != .done }
        guard !unfinished.isEmpty else { return }
        body.element("h2", "Failed and missing tasks")
        let rows = unfinished.prefix(Self.rowLimit).map { change -> [HTMLText.Cell] in
            let task = facts.snapshot.tasks[change.ordinal], status = change.status
            return [
                .word(short(task.id.rawValue)), .word(facts.summary(of: task)),
                .number("\(status.epochs)/\(task.parameters.epochs)"), .word(text(status.phase)),
            ]
        }
        body.element("div", class: "scroll") {
            $0.table(head: ["task", "point and seed", "epochs", "state"], rows: Array(rows))
        }
        writeMore(than: rows.count, of: unfinished.count, &body)
    }

    func writeHosts(_ body: inout HTMLText) {
        guard let shares = attempts?.shares, !shares.isEmpty else { return }
        body.element("h2", "Hosts and versions")
        let workers = Dictionary((facts?.workers ?? []).map { ($0.id.rawValue, $0) }) { first, _ in first }
        let rows = shares.prefix(Self.rowLimit).map { share -> [HTMLText.Cell] in
            let worker = workers[share.worker]
            return [
                .word(share.host), .word(share.worker), .word(worker?.facts.processor ?? "–"),
                .number(worker.map { "\($0.slots) of \($0.facts.cores)" } ?? "–"), .word(share.kernels),
                .word(share.buildText), .number("\(share.completed)/\(share.attempts)"),
                .number(fixedText(share.seconds, decimals: 1)),
            ]
        }
        let head = ["host", "worker", "processor", "slots of cores", "kernels", "sweep", "completed", "seconds"]
        body.element("div", class: "scroll") { $0.table(head: head, rows: Array(rows)) }
        writeMore(than: rows.count, of: shares.count, &body)
        body.element("p", "This page was made by sweep \(version).")
    }

    func writeTasks(_ body: inout HTMLText) {
        guard let attempts, attempts.rows.count > 0 else { return }
        body.element("h2", "Who computed what")
        let tasks = Dictionary((facts?.snapshot.tasks ?? []).map { ($0.id.rawValue, $0) }) { first, _ in first }
        let rows = attempts.rows.rows.map { row -> [HTMLText.Cell] in
            [
                .word(short(row.task)), .word(tasks[row.task].flatMap { facts?.summary(of: $0) } ?? "–"),
                .number(row.number), .word(row.host), .word(row.worker),
                .number(row.seconds.map { fixedText($0, decimals: 1) } ?? "–"),
                .word(row.outcome.isEmpty ? "running" : row.outcome), .word(row.reason),
            ]
        }
        let head = ["task", "point and seed", "attempt", "host", "worker", "seconds", "outcome", "reason"]
        body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
        writeLimit(of: attempts.rows.count, file: .attempts, &body)
    }

    private func writeMore(than shown: Int, of count: Int, _ body: inout HTMLText) {
        if count > shown { body.element("p", "The first \(shown) of \(count).", class: "note") }
    }

    /// Enough of an id to name the task: `sweep replay` takes a beginning.
    private func short(_ id: String) -> String { String(id.prefix(10)) }

    private func text(_ phase: TaskPhase) -> String {
        phase.word + (phase.failure.map { ": \($0.text)" } ?? "")
    }
}
