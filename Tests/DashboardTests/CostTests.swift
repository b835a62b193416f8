import Dashboard
import Experiment
import Foundation
import Notices
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

    /// What a reader may ask for as a whole.
    enum Document: CaseIterable {
        case page, json, events, metrics

        func byteCount(of state: PageState) -> Int {
            switch self {
            case .page: pageHTML(of: state, instance: "one").text.utf8.count
            case .json: sweepJSON(of: state).count
            case .events: PageEvents.whole(state, instance: "one").readableBytes
            case .metrics: prometheusText(of: state).count
            }
        }

        /// Bytes of a task, with its hundredth of a point's row and curve.
        var limit: Double {
            switch self {
            case .page: 25
            case .events: 16
            case .json: 220
            case .metrics: 0.01
            }
        }
    }

    @Test(arguments: Document.allCases)
    func `a task adds few bytes to a page load`(document: Document) {
        let bytes = Double(document.byteCount(of: Self.large) - document.byteCount(of: Self.small)) / 9_000
        #expect(bytes <= document.limit, "\(bytes) bytes a task")
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
            let change = events.change(state, touched, curves: false)
            return try #require(change).readableBytes
        }
        #expect(sizes.allSatisfy { (1..<4_000).contains($0) }, "\(sizes) bytes")
        // The counts of tasks have more digits.
        #expect(abs(sizes[1] - sizes[0]) < 100, "\(sizes) bytes")
    }
}
