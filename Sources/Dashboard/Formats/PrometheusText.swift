import Status

/// What `/metrics` answers: Prometheus's text format, version 0.0.4.
package func prometheusText(of state: PageState) -> [UInt8] {
    let progress = state.progress
    let sweep = [("sweep", state.name)]
    var text = PrometheusText()
    text.metric("sweep_tasks", "Tasks by state.") { metric in
        metric.sample(sweep + [("state", "waiting")], Double(progress.tasks.waiting))
        metric.sample(sweep + [("state", "running")], Double(progress.tasks.running))
        metric.sample(sweep + [("state", "done")], Double(progress.tasks.done))
        metric.sample(sweep + [("state", "failed")], Double(progress.tasks.failed))
    }
    text.metric("sweep_epochs", "Epochs of all tasks.") { $0.sample(sweep, Double(progress.epochsTotal)) }
    text.metric("sweep_epochs_stored", "Epochs that are stored.") { $0.sample(sweep, Double(progress.epochsDone)) }
    text.metric("sweep_epochs_per_second", "Epochs stored a second since the coordinator started.") {
        $0.sample(sweep, progress.rate ?? 0)
    }
    text.metric("sweep_seconds_left", "How long the rest takes at this rate; absent while it cannot be told.") {
        if let left = progress.timeLeft { $0.sample(sweep, rounded(left)) }
    }
    text.metric("sweep_elapsed_seconds", "Since the coordinator started.") { $0.sample(sweep, rounded(state.elapsed)) }
    text.metric("sweep_alarms", "Records that came out different when trained again.") {
        $0.sample(sweep, Double(progress.alarms))
    }
    text.metric("sweep_over", "1 when the sweep is over.") { $0.sample(sweep, state.ending == nil ? 0 : 1) }
    appendWorkers(of: state, sweep, to: &text)
    return text.bytes
}

private func appendWorkers(of state: PageState, _ sweep: [(String, String)], to text: inout PrometheusText) {
    func each(_ metric: inout PrometheusText.Metric, _ value: (WorkerStatus) -> Double?) {
        for worker in state.workers {
            guard let value = value(worker) else { continue }
            let labels = [("worker", worker.id.rawValue), ("host", worker.facts?.host ?? "")]
            metric.sample(sweep + labels, value)
        }
    }
    text.metric("sweep_worker_live", "1 for a worker that is given tasks.") {
        each(&$0) { $0.takesTasks ? 1 : 0 }
    }
    text.metric("sweep_worker_slots", "Trainers that a worker runs side by side.") { each(&$0) { Double($0.slots) } }
    text.metric("sweep_worker_running", "Tasks that a worker was given.") { each(&$0) { Double($0.attempts.count) } }
    text.metric("sweep_worker_epochs_per_second", "Over the last records that a worker brought.") {
        each(&$0) { $0.rate }
    }
    text.metric("sweep_worker_silent_seconds", "Since a worker was last heard of.") {
        each(&$0) { rounded($0.silence) }
    }
}

/// Metrics being written, all of them gauges.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    struct Metric {
        fileprivate let name: String
        fileprivate var bytes: [UInt8] = []

        mutating func sample(_ labels: [(String, String)], _ value: Double) {
            let labels = labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
            bytes += "\(name){\(labels)} \(numberText(value))\n".utf8
        }
    }

    /// A metric without a sample leaves nothing.
    mutating func metric(_ name: String, _ help: String, _ samples: (inout Metric) -> Void) {
        var metric = Metric(name: name)
        samples(&metric)
        guard !metric.bytes.isEmpty else { return }
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n".utf8
        bytes += metric.bytes
    }
}

private func escaped(_ label: String) -> String {
    label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
}

private func numberText(_ value: Double) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : value.description
}
