import Experiment
import Reporting
import Status

func summaryHTML(of state: PageState) -> HTML {
    let progress = state.progress
    let tasks = progress.tasks
    let isOver = state.ending != nil
    let kind: HTML = isOver ? (state.standing == "finished" ? "good" : "bad") : "live"
    var html: HTML = """
        <p class="bar"><span class="standing \(kind)">\(state.standing)</span>
        <progress max="\(max(1, progress.epochsTotal))" value="\(progress.epochsDone)"></progress></p>
        <dl>
        <div><dt>epochs</dt><dd>\(progress.epochsDone) <small>of \(progress.epochsTotal)</small></dd></div>
        <div><dt>tasks done</dt><dd>\(tasks.done) <small>of \(state.tasks.count)</small></dd></div>
        <div><dt>running</dt><dd>\(tasks.running)</dd></div>
        <div><dt>waiting</dt><dd>\(tasks.waiting)</dd></div>
        <div\(tasks.failed > 0 ? " class=\"bad\"" : "" as HTML)><dt>failed</dt><dd>\(tasks.failed)</dd></div>
        <div><dt>rate</dt><dd>\(rateHTML(progress.rate))</dd></div>
        """
    if isOver {
        html += "<div><dt>took</dt><dd>\(clockText(state.elapsed))</dd></div>"
    } else {
        html += "<div><dt>time left</dt><dd>\(progress.timeLeft.map(clockText) ?? "–")</dd></div>"
    }
    html += """
        <div><dt>workers</dt><dd>\(progress.workers) <small>with \(progress.slots)
        slot\(progress.slots == 1 ? "" : "s")</small></dd></div>
        """
    if progress.alarms > 0 {
        html += """
            <div class="bad"><dt>alarms</dt><dd>\(progress.alarms)
            <small>record\(progress.alarms == 1 ? "" : "s") came out different</small></dd></div>
            """
    }
    return html + "</dl>" + liarsHTML(of: progress)
}

/// Who was found to lie, and of how many tasks nobody knows yet who does.
private func liarsHTML(of progress: SweepProgress) -> HTML {
    var html: HTML = ""
    for liar in progress.liars { html += "<p class=\"bad\">\(liar.text)</p>" }
    if progress.disputes > 0 {
        html += """
            <p class="bad">Of \(progress.disputes) task\(progress.disputes == 1 ? "" : "s") word stands against word: a
            worker with a key of its own is needed to decide.</p>
            """
    }
    return html
}

/// Epochs a second, or a minute where that is easier to read.
func rateHTML(_ rate: Double?) -> HTML {
    guard let rate else { return "–" }
    return rate >= 1
        ? "\(rate, decimals: 2) <small>epochs/s</small>" : "\(rate * 60, decimals: 2) <small>epochs/min</small>"
}
