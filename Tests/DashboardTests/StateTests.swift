import Dashboard
import Experiment
import Foundation
import Notices
import Status
import Testing

struct StateTests {
    @Test func `rows are points in the order of the tables and columns are seeds`() {
        let layout = makeState().layout
        #expect(layout.rows.map(\.label) == ["bn · 8", "ln · 8"] && layout.seeds == [7, 3])
        // Handed out seed by seed, ln first.
        #expect(layout.cells == [2, 0, 3, 1] && layout.ordinals == [1, 3, 0, 2])
    }

    @Test func `curves are means of what is stored and of what arrives`() throws {
        let sweep = makeSweep()
        let tasks = sweep.tasks(dataDigest: digest)
        var state = makeState(
            sweep, records: [tasks[1].id: [makeRecord(1, accuracy: 40), makeRecord(2, accuracy: 50)]])
        let touched = state.apply(notices: [.epochStored(tasks[3], makeRecord(1, accuracy: 44, loss: 0.7), by: worker)])
        #expect(touched.curves)
        try #require(state.curves.count == 2)
        let means = state.curves[0].means
        #expect(means.map(\.epoch) == [1, 2] && means.map(\.n) == [2, 1])
        #expect(means.map(\.valAccuracy) == [42, 50] && means.map(\.valLoss) == [0.6, 0.5])
        #expect(state.curves[0].latest?.epoch == 1)
        #expect(state.curves[1].means.isEmpty)
    }

    @Test func `a snapshot touches the cells that look otherwise`() {
        var state = makeState()
        #expect(state.apply(makeSnapshot(of: state, [0: running(0), 1: running(0)])).cells == [2, 0])
        #expect(state.apply(makeSnapshot(of: state, [0: running(1), 1: running(0)])).cells == [2])
    }

    @Test func `a longer plan moves what is known`() {
        let sweep = makeSweep()
        var state = makeState(sweep)
        let first = sweep.tasks(dataDigest: digest)[0]
        state.apply(
            makeSnapshot(of: state, [0: done()]),
            notices: [.epochStored(first, makeRecord(1, accuracy: 40), by: worker)])
        let longer = makeSweep(points: 3, seeds: [7, 3, 9])
        let touched = state.apply(
            SweepSnapshot(progress: SweepProgress(), tasks: longer.tasks(dataDigest: digest)))
        #expect(touched.everything && state.layout.rows.count == 3)
        #expect(state.statuses.count == 9 && state.statuses.count { $0.phase == .done } == 1)
        #expect(state.curves.dropFirst().first?.means.map(\.valAccuracy) == [40])
    }

    @Test func `the log keeps the last lines and no epochs`() {
        var state = makeState()
        let epoch = SweepNotice.epochStored(state.tasks[0], makeRecord(1, accuracy: 40), by: worker)
        state.apply(notices: (0..<60).map { .workerLost(worker, reason: "\($0)") } + [epoch, .storageFailed("full")])
        #expect(state.log.count == 50 && state.log.last?.text == "Waiting, nothing is lost: full")
        #expect(state.log.last?.isAlarm == true && state.log.first?.isAlarm == false)
    }

    @Test func `cells say phase and progress`() {
        #expect(MapCell(running(1), epochs: 4).code == "r2")
        #expect(MapCell(done(), epochs: 4).code == "d")
        let waiting = TaskStatus()
        #expect(MapCell(waiting, epochs: 4).code == "w")
        let interrupted = TaskStatus(phase: .waiting, epochs: 2, attempts: 1, worker: worker)
        #expect(MapCell(interrupted, epochs: 4).code == "w5")
    }
}
