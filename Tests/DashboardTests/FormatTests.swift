import Dashboard
import Experiment
import Foundation
import Status
import Testing

struct FormatTests {
    private let hostile = HostFacts(
        host: "a\"b\\c\nd<script>", processor: "p", cores: 2, kernels: "avx2", build: "1")

    private var state: PageState {
        var state = makeState()
        let attempt = RunningAttempt(ordinal: 1, attempt: Attempt(rawValue: 1))
        let workers = [
            WorkerStatus(
                id: worker, facts: hostile, slots: 2, standing: .live, rate: 0.25, silence: .milliseconds(1500),
                attempts: [attempt])
        ]
        let progress = SweepProgress(
            tasks: .init(waiting: 1, running: 1, done: 1, failed: 1), epochsDone: 6, epochsTotal: 16, workers: 1,
            slots: 2, rate: 0.5, alarms: 1)
        state.apply(
            makeSnapshot(of: state, [0: done(), 1: running(2)], workers: workers, progress: progress),
            notices: [.workerJoined(worker, hostile, slots: 2)])
        return state
    }

    @Test func `the JSON has everything that the page shows`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(sweepJSON(of: state)))
        let json = try #require(object as? [String: Any])
        #expect(
            Set(json.keys) == [
                "name", "state", "elapsed_seconds", "tasks", "epochs", "seconds_left", "alarms", "liars", "disputes",
                "workers", "curves", "grid", "log",
            ])
        #expect(json["tasks"] as? [String: Int] == ["total": 4, "waiting": 1, "running": 1, "done": 1, "failed": 1])
        #expect(json["seconds_left"] as? Double == 20 && json["state"] as? String == "running")
        let workers = try #require(json["workers"] as? [[String: Any]])
        try #require(workers.count == 1)
        #expect(workers[0]["host"] as? String == hostile.host)
        #expect(workers[0]["silent_seconds"] as? Double == 1.5 && workers[0]["standing"] as? String == "live")
        let attempts = try #require(workers[0]["attempts"] as? [[String: Any]])
        #expect(attempts.first?["task"] as? String == state.tasks[1].id.rawValue)
        let grid = try #require(json["grid"] as? [[String: Any]])
        try #require(grid.map { $0["state"] as? String } == ["done", "running", "waiting", "waiting"])
        #expect(grid[1]["epochs_stored"] as? Int == 2 && grid[1]["norm"] as? String == "bn")
        #expect(grid[1]["worker"] as? String == "host-1" && grid[2]["worker"] is NSNull)
    }

    @Test func `a liar is named on the page and in the JSON, and open disputes are counted`() throws {
        let key = WorkerKey(ofPublicKey: "liar".utf8)
        let reason = "records of task <1> came out other than under the other keys"
        var progress = SweepProgress(alarms: 2)
        progress.liars = [Liar(key: key, workers: [worker], reason: reason)]
        progress.disputes = 1
        var state = makeState()
        state.apply(makeSnapshot(of: state, [:], progress: progress), notices: [])
        let page = pageHTML(of: state, instance: "one").text
        #expect(page.contains("<p class=\"bad\">host-1 (key \(key.short)) lied, or its host computes wrongly: records"))
        #expect(page.contains("task &lt;1&gt; came") && page.contains("Of 1 task word stands against word"))
        let object = try JSONSerialization.jsonObject(with: Data(sweepJSON(of: state)))
        let json = try #require(object as? [String: Any])
        let liars = try #require(json["liars"] as? [[String: Any]])
        #expect(liars.map { $0["workers"] as? [String] } == [["host-1"]] && liars[0]["reason"] as? String == reason)
        #expect(liars[0]["key"] as? String == key.rawValue && json["disputes"] as? Int == 1)
    }

    @Test func `the metrics are in Prometheus format`() throws {
        let text = String(decoding: prometheusText(of: state), as: UTF8.self)
        #expect(text.contains("\nsweep_tasks{sweep=\"sample\",state=\"failed\"} 1.0\n"))
        #expect(text.contains("\nsweep_seconds_left{sweep=\"sample\"} 20.0\n"))
        let labels = #"{sweep="sample",worker="host-1",host="a\"b\\c\nd<script>"}"#
        #expect(text.contains("\nsweep_worker_epochs_per_second\(labels) 0.25\n"))
        let line = #/[a-z_]+\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\} [-+.0-9eInfNa]+/#
        for sample in text.split(separator: "\n") where !sample.hasPrefix("#") {
            #expect(try line.wholeMatch(in: sample) != nil, "\(sample)")
        }
        let named = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(Set(named).count == named.count && named.allSatisfy { $0.hasSuffix(" gauge") })
    }

    @Test func `the page shows the state without a script`() {
        let page = pageHTML(of: state, instance: "one").text
        #expect(page.contains("<i class=\"d\">4</i>") && page.contains("<i class=\"r p5\">2</i>"))
        #expect(page.contains("<dt>time left</dt><dd>0:20</dd>") && page.contains("30.00 <small>epochs/min</small>"))
        #expect(page.contains("bn · 8 · seed 7 <small>epoch 2/4</small>"))
        #expect(page.contains("<time>01:02:03</time> Worker host-1 joined"))
        #expect(!page.contains("<script>") && page.contains("&lt;script&gt;"))
        #expect(page.contains("alarms") && !page.contains("gradient_norms.csv"))
    }

    @Test func `a state of many points shows the best curves and every cell`() {
        let sweep = makeSweep(points: 40)
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.prefix(40).enumerated().map { ($1.id, [makeRecord(1, accuracy: Double($0))]) }
        let page = pageHTML(of: makeState(sweep, records: Dictionary(uniqueKeysWithValues: records)), instance: "").text
        #expect(page.contains("The 16 points with the highest accuracy, of 40."))
        #expect(page.matches(of: #/<i class="w">/#).count == 80 + 1)
        #expect(page.matches(of: #/<span class="key">/#).count == 16)
    }
}
