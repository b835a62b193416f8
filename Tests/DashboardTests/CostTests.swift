import CoordinatorService
import Dashboard
import Experiment
import Foundation
import Scheduling
import Testing

/// What the page costs the coordinator and the network, in bytes and entries, which are the same on every machine.
struct CostTests {
    private static let large = state(points: 100)
    private static let small = state(points: 10)

    /// Of `points` × 100 tasks, a third of them under way.
    private static func state(points: Int) -> PageState {
        let sweep = makeSweep(points: points, seeds: Array(1...100), epochs: 15)
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.map { task in
            (task.id, (1...15).map { makeRecord($0, accuracy: Double(task.parameters.seed + $0)) })
        }
        var state = makeState(sweep, records: Dictionary(uniqueKeysWithValues: records))
        let views = tasks.indices.map { ($0, $0 % 3 == 0 ? running(7) : done(15)) }
        state.apply(makeSnapshot(of: state, Dictionary(uniqueKeysWithValues: views)))
        return state
    }

    /// With its share of the points' curves and rows, which are as many as 100 tasks have.
    @Test(
        arguments: [
            ("page", 60, { pageHTML(of: $0, instance: "one").text.utf8.count }),
            ("json", 250, { sweepJSON(of: $0).count }),
            ("events", 60, { PageEvents.whole($0, instance: "one").readableBytes }),
            ("metrics", 0, { prometheusText(of: $0).count - String($0.tasks.count).count }),
        ] as [(String, Int, @Sendable (PageState) -> Int)])
    func `a task adds few bytes to a page load`(name: String, limit: Int, size: @Sendable (PageState) -> Int) {
        let bytes = Double(size(Self.large) - size(Self.small)) / 9_000
        #expect(bytes <= Double(limit) + 0.01, "\(name): \(bytes) bytes a task")
    }

    /// What the coordinator's thread does for the page, however long the page is not drawn.
    @Test func `what the coordinator says is kept in little room`() {
        let snapshot = makeSnapshot(of: Self.small, [1: running(8)])
        let notice = SweepNotice.epochStored(Self.small.tasks[1], makeRecord(8, accuracy: 50), by: worker)
        var changes = PageChanges()
        for _ in 0..<1_000 {
            changes.add(notice, at: .now)
            changes.add(.stopping, at: .now)
            changes.add(snapshot)
        }
        #expect(changes.records.count == 1_000)
        #expect(changes.snapshots.count == 64 && changes.snapshots.allSatisfy { $0.changedTasks.count == 1 })
        #expect(changes.notices.count == PageState.logLimit)
    }

    @Test func `a change of one task is small however long the plan is`() throws {
        let sizes = try [Self.small, Self.large].map { original in
            var state = original
            var events = PageEvents(instance: "one")
            _ = events.change(state, .init(), curves: true)
            let touched = state.apply(makeSnapshot(of: state, [0: running(8)]))
            return try #require(events.change(state, touched, curves: false)).readableBytes
        }
        #expect(sizes.allSatisfy { (1..<4_000).contains($0) }, "\(sizes) bytes")
        // The counts of tasks have more digits.
        #expect(abs(sizes[1] - sizes[0]) < 100, "\(sizes) bytes")
    }
}
