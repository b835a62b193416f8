import CoordinatorService
import Dashboard
import Experiment
import Foundation
import Scheduling
import Testing

/// A plan of 10,000 tasks must cost little. Times are printed; the bounds are what README.md promises.
@Suite(.serialized)
struct CostTests {
    private static let sweep = makeSweep(points: 100, seeds: Array(1...100), epochs: 15)
    private static let state: PageState = {
        let tasks = sweep.tasks(dataDigest: digest)
        let records = tasks.map { task in
            (task.id, (1...15).map { makeRecord($0, accuracy: Double(task.parameters.seed + $0)) })
        }
        var state = makeState(sweep, records: Dictionary(uniqueKeysWithValues: records))
        let views = tasks.indices.map { ($0, $0 % 3 == 0 ? running(7) : done(15)) }
        state.apply(makeSnapshot(of: state, Dictionary(uniqueKeysWithValues: views)))
        return state
    }()

    @Test func aPageLoadOf10000TasksTakesLessThan50Milliseconds() {
        let state = Self.state
        for (name, render) in [
            ("page", { pageHTML(of: state, instance: "one").text.utf8.count }),
            ("json", { sweepJSON(of: state).count }),
            ("events", { PageEvents.whole(state, instance: "one").readableBytes }),
            ("metrics", { prometheusText(of: state).count }),
        ] as [(String, () -> Int)] {
            var size = 0
            let time = (0..<5).map { _ in ContinuousClock().measure { size = render() } }.min()!
            print("\(name) of 10,000 tasks: \(time / .milliseconds(1)) ms, \(size) bytes")
            #if !DEBUG
                #expect(time < .milliseconds(50), "\(name)")
            #endif
        }
    }

    /// What the coordinator's thread does for the page.
    @Test func whatTheCoordinatorSaysIsKeptInNoTime() {
        let snapshot = makeSnapshot(of: Self.state, [1: running(8)])
        let notice = SweepNotice.epochStored(Self.state.tasks[1], makeRecord(8, accuracy: 50), by: worker)
        let time = ContinuousClock().measure {
            var changes = PageChanges()
            for _ in 0..<1_000 {
                changes.add(notice, at: .now)
                changes.add(snapshot)
            }
        }
        print("a record and a snapshot: \(time / .microseconds(1_000)) µs")
        #expect(time < .milliseconds(100))
    }

    @Test func aChangeOfOneTaskIsSmall() throws {
        var state = Self.state
        var events = PageEvents(instance: "one")
        _ = events.change(state, .init(), curves: true)
        let touched = state.apply(makeSnapshot(of: state, [0: running(8)]))
        var size = 0
        let time = ContinuousClock().measure {
            size = events.change(state, touched, curves: false)?.readableBytes ?? 0
        }
        print("a change of one of 10,000 tasks: \(time / .milliseconds(1)) ms, \(size) bytes")
        #expect(size > 0 && size < 4_000)
    }
}
