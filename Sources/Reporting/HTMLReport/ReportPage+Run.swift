import Experiment

// How the results came about: what went wrong, on which hosts, task by task.

extension ReportPage {
    func writeProblems(_ body: inout HTMLText) {
        let alarms = attempts?.alarms ?? FirstRows()
        if alarms.count > 0 || (facts?.alarmCount ?? 0) > 0 {
            body.element("h2", "Alarms")
            let count = max(alarms.count, facts?.alarmCount ?? 0)
            body.element(
                "p", "Trained a second time, \(count) \(count == 1 ? "record" : "records") came out with other bits.",
                class: "alarm")
            let head = ["task", "attempt", "host", "worker", "kernels", "reason"]
            let rows = alarms.rows.map { row -> [HTMLText.Cell] in
                [row.task, row.number, row.host, row.worker, row.kernels, row.reason].map { .word($0) }
            }
            body.element("div", class: "scroll") { $0.table(head: head, rows: rows) }
            writeMore(than: rows.count, of: alarms.count, &body)
        } else {
            body.element("p", "No alarms: no record came out different when trained again.")
        }
        writeUnfinished(&body)
    }

    private func writeUnfinished(_ body: inout HTMLText) {
        let unfinished = (facts?.tasks ?? []).filter { $0.state != .done }
        guard !unfinished.isEmpty else { return }
        body.element("h2", "Failed and missing tasks")
        let rows = unfinished.prefix(Self.rowLimit).map { task -> [HTMLText.Cell] in
            [
                .word(short(task.id)), .word(task.summary), .number("\(task.epochsStored)/\(task.epochs)"),
                .word(stateText(task.state)),
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
        let workers = Dictionary((facts?.workers ?? []).map { ($0.name, $0) }) { first, _ in first }
        let rows = shares.prefix(Self.rowLimit).map { share -> [HTMLText.Cell] in
            let worker = workers[share.worker]
            return [
                .word(share.host), .word(share.worker), .word(worker?.processor ?? "–"),
                .number(worker.map { "\($0.slots) of \($0.cores)" } ?? "–"), .word(share.kernels),
                .word(worker?.build ?? "–"), .number("\(share.completed)/\(share.attempts)"),
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
        let tasks = Dictionary((facts?.tasks ?? []).map { ($0.id, $0) }) { first, _ in first }
        let rows = attempts.rows.rows.map { row -> [HTMLText.Cell] in
            [
                .word(short(row.task)), .word(tasks[row.task]?.summary ?? "–"), .number(row.number), .word(row.host),
                .word(row.worker), .number(row.seconds.map { fixedText($0, decimals: 1) } ?? "–"),
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

    private func stateText(_ state: RunFacts.Task.State) -> String {
        switch state {
        case .done: "done"
        case .failed(let reason): "failed: \(reason)"
        case .running: "running"
        case .waiting: "waiting"
        }
    }
}
