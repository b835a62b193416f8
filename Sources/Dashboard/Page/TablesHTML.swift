import Experiment
import Foundation
import Reporting
import Status

/// Live workers first, then those that need a look.
func workersHTML(of state: PageState) -> HTML {
    guard !state.workers.isEmpty else { return "<p class=\"note\">No worker has joined yet.</p>" }
    var html: HTML = """
        <table><thead><tr><th>worker</th><th>host</th><th>kernels</th><th class="n">slots</th><th class="n">speed</th>
        <th class="n">last heard</th><th>trains</th></tr></thead><tbody>
        """
    let order: [WorkerStanding] = [.live, .leaving, .expected, .quarantined, .lost]
    for standing in order {
        html += HTML.joined(state.workers.filter { $0.standing == standing }.map { workerHTML($0, of: state) })
    }
    return html + "</tbody></table>"
}

private func workerHTML(_ worker: WorkerStatus, of state: PageState) -> HTML {
    let word = worker.standing == .live && worker.isDrained ? "drained" : worker.standing.rawValue
    let mark: HTML = word == WorkerStanding.live.rawValue ? "" : " <em>\(word)</em>"
    let tasks = worker.attempts.map { attempt -> HTML in
        let status = state.statuses[attempt.ordinal]
        let epochs = state.tasks[attempt.ordinal].parameters.epochs
        let seed = state.tasks[attempt.ordinal].parameters.seed
        let label = state.layout.rows[state.layout.row(of: attempt.ordinal)].label
        let stage: HTML = attempt.isAudit ? "audit" : "epoch \(status.epochs)/\(epochs)"
        return "<span class=\"task\">\(label) · seed \(seed) <small>\(stage)</small></span>"
    }
    return """
        <tr class="\(worker.standing.rawValue)"><td>\(worker.id.rawValue)\(mark)</td>\
        <td>\(worker.facts?.host ?? "–")</td>
        <td>\(worker.facts?.kernels ?? "–")</td><td class="n" data-label="slots">\(worker.slots)</td>
        <td class="n" data-label="speed">\(worker.standing == .live ? rateHTML(worker.rate) : "–")</td>
        <td class="n" data-label="heard">\(silenceText(worker.silence))</td>\
        <td>\(tasks.isEmpty ? "–" : HTML.joined(tasks))</td></tr>
        """
}

/// A worker speaks every two seconds, so a smaller number than that says nothing.
private func silenceText(_ silence: Duration) -> String {
    silence < .seconds(3) ? "now" : silence < .seconds(100) ? "\(Int(silence / .seconds(1))) s" : clockText(silence)
}

/// Where each point stands: the last epoch that all its seeds which have begun have reached.
func pointsHTML(of state: PageState) -> HTML {
    var html: HTML = """
        <table><thead><tr><th>\(state.layout.axisNames)</th><th class="n">epoch</th><th class="n">seeds</th>
        <th class="n">mean val_acc %</th><th class="n">mean val_loss</th></tr></thead><tbody>
        """
    for (row, curve) in zip(state.layout.rows, state.curves) {
        html += "<tr><td>\(row.label)</td>"
        if let mean = curve.latest {
            html += """
                <td class="n">\(mean.epoch)/\(row.epochs)</td><td class="n">\(mean.n)/\(state.layout.seeds.count)</td>
                <td class="n">\(mean.valAccuracy, decimals: 2)</td>\
                <td class="n">\(mean.valLoss, decimals: mean.valLoss < 100 ? 4 : 1)</td></tr>
                """
        } else {
            html += """
                <td class="n">0/\(row.epochs)</td><td class="n">0/\(state.layout.seeds.count)</td>
                <td class="n">–</td><td class="n">–</td></tr>
                """
        }
    }
    html += "</tbody></table>"
    if let note = state.layout.exactTestNote { html += "<p class=\"note\">\(note).</p>" }
    return html
}

/// The newest first, so that it is seen without scrolling.
func logHTML(of state: PageState) -> HTML {
    guard !state.log.isEmpty else { return "<li class=\"note\">Nothing has happened yet.</li>" }
    return HTML.joined(
        state.log.reversed().map { line in
            "<li\(line.isAlarm ? " class=\"alarm\"" : "" as HTML)><time>\(timeText(line.at))</time> \(line.text)</li>"
        })
}

/// `12:03:07`, in UTC as in the log files.
private func timeText(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970) % 86_400
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
}
