import CommandOutput
import Console
import Status
import Testing

/// The panel shows the sweep in whatever room there is.
struct SweepPanelTests {
    private var view: SweepView {
        let progress = SweepProgress(
            tasks: .init(waiting: 19, running: 2, done: 3), epochsDone: 120, epochsTotal: 360, workers: 2, slots: 4,
            rate: 1.83)
        return SweepView(
            progress: progress,
            workers: [
                .init(
                    name: "a-1", host: "a", rate: 1.5, tasks: ["norm=bn seed=3 4/15", "norm=ln seed=3 3/15"]),
                .init(name: "node-22", host: "b", trouble: "lost 0:35 ago"),
            ], best: "norm=bn: val_acc 75.32 ± 0.41 %, 3 of 5 seeds")
    }

    private func texts(_ view: SweepView, columns: Int, rows: Int = 24) -> [String] {
        SweepPanel(view, size: Terminal.Size(columns: columns, rows: rows)).lines.map(\.text)
    }

    @Test func `a wide terminal has all of the panel`() {
        #expect(
            texts(view, columns: 120) == [
                "[##########--------------------] 120/360 epochs, 3/24 tasks, 1.83 epochs/s, 2:11 left, "
                    + "4 slots on 2 workers",
                "  a-1      1.50 epochs/s  norm=bn seed=3 4/15 | norm=ln seed=3 3/15",
                "  node-22  b  lost 0:35 ago",
                "best so far: norm=bn: val_acc 75.32 ± 0.41 %, 3 of 5 seeds",
            ])
    }

    @Test(
        arguments: [
            (80, "[########----------------] 120/360 epochs, 3/24 tasks, 1.83 epochs/s, 2:11 left"),
            (60, "[######-------------] 120/360 epochs, 3/24 tasks, 2:11 left"),
            (40, "120/360 epochs, 3/24 tasks, 2:11 left"), (30, "120/360 epochs, 3/24 tasks"),
        ])
    func `a narrow terminal has less, and never a line that does not fit`(columns: Int, first: String) {
        #expect(texts(view, columns: columns).first == first)
    }

    @Test func `what is wrong is said wherever it fits`() {
        var view = view
        view.progress.tasks.failed = 2
        view.progress.alarms = 1
        view.progress.isPaused = true
        #expect(texts(view, columns: 60).first?.contains("3/26 tasks, 2 failed, 1 alarm, paused") == true)
        #expect(SweepPanel.plainFacts(view.progress).contains("2 failed, 1 alarm, paused"))
    }

    @Test func `workers that do not fit are counted, those that train come first`() throws {
        var view = view
        view.workers = (0..<40).map { number in
            .init(name: "w\(number)", host: "w", tasks: number == 39 ? ["t 1/2"] : [])
        }
        let lines = texts(view, columns: 80, rows: 14)
        try #require(lines.count == 8)
        #expect(lines[1] == "  w39  t 1/2" && lines[2] == "  w0   idle" && lines[6] == "  and 35 workers more")
    }
}
