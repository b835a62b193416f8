import Dashboard
import Experiment
import Foundation
import Status
import Testing

/// No stored value may end the page: it shows what is there, or says that it cannot.
struct ExtremeTests {
    static let numbers: [Double] = [
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e300,
        -1e300, 1e-300, 1e99, 1e101, 1e-99, 1e-101, 0, -0.0, 1, -5, 100, 0.5, 0.5.nextUp, 9.3e18, .nan, .infinity,
        -.infinity,
    ]
    static let counts = [0, 1, 4, 1 << 53, Int.max - 1, Int.max]
    static let texts = [
        "", "a\"b\\c\nd<script>alert('x')</script>", "\u{0}\u{1b}", "\u{202E}\u{2028}x",
        String(repeating: "x", count: 20_000),
    ]

    private func state(_ lot: inout SeededRandom) -> PageState {
        let sweep = makeSweep(points: 5)
        let tasks = sweep.tasks(dataDigest: digest)
        // Few different numbers make the cases of equal ones.
        let values = (0..<Int.random(in: 1...6, using: &lot)).map { _ in
            lot.chance(0.7) ? lot.pick(Self.numbers) : Double(bitPattern: lot.next())
        }
        func number() -> Double { values.randomElement(using: &lot)! }
        let records = tasks.map { task in
            (task.id, [1, 2, 3, 4, 5, Int.max].map { makeRecord($0, accuracy: number(), loss: number()) })
        }
        var state = makeState(sweep, records: Dictionary(uniqueKeysWithValues: records))
        func count() -> Int { Self.counts.randomElement(using: &lot)! }
        func text() -> String { Self.texts.randomElement(using: &lot)! }
        let facts = HostFacts(host: text(), processor: text(), cores: count(), kernels: text(), build: text())
        let snapshot = WorkerStatus(
            id: worker, facts: facts, slots: count(), standing: .live, rate: Self.numbers.randomElement(using: &lot)!,
            silence: .seconds(Int64.max), attempts: [.init(ordinal: 1, attempt: Attempt(rawValue: count()))])
        let progress = SweepProgress(
            tasks: .init(waiting: count(), running: 1, done: 1, failed: 1), epochsDone: count(), epochsTotal: count(),
            workers: count(), slots: count(), rate: Self.numbers.randomElement(using: &lot)!,
            alarms: count())
        let view = TaskStatus(phase: .running(Attempt(rawValue: 1)), epochs: count(), attempts: count(), worker: worker)
        state.apply(
            makeSnapshot(of: state, [1: view], workers: [snapshot], progress: progress),
            notices: [.taskFailed(tasks[0], reason: text()), .workerJoined(worker, facts, slots: count())])
        return state
    }

    @Test(arguments: 0..<100)
    func `the page is made of any numbers and texts`(seed: UInt64) throws {
        var lot = SeededRandom(seed: seed)
        let state = state(&lot)
        let html = pageHTML(of: state, instance: "i").text
        #expect(html.contains("</html>") && !html.contains("<script>alert"), "seed \(seed)")
        // A number of a drawing that is none would end its line there.
        let drawings = html.matches(of: /d="M[^"]*"/).map { String($0.0) }
        let isDrawn = drawings.allSatisfy { drawing in ["nan", "inf", "e+"].allSatisfy { !drawing.contains($0) } }
        #expect(isDrawn, "seed \(seed)")
        #expect(try JSONSerialization.jsonObject(with: Data(sweepJSON(of: state))) is [String: Any], "seed \(seed)")
        #expect(!prometheusText(of: state).isEmpty && PageEvents.whole(state, instance: "i").readableBytes > 0)
    }

    @Test func `an epoch beyond its task is said and not counted`() {
        let sweep = makeSweep()
        let task = sweep.tasks(dataDigest: digest)[0]
        let state = makeState(
            sweep, records: [task.id: [makeRecord(1, accuracy: 40), makeRecord(.max, accuracy: 50)]])
        #expect(state.curves.dropFirst().first?.means.map(\.epoch) == [1])
        let text = "Epoch 9223372036854775807 of task \(task.id) is none of its 4: not shown here."
        #expect(state.log.last?.text == text)
    }

    @Test func `what a curve cannot show is said`() {
        let sweep = makeSweep()
        let task = sweep.tasks(dataDigest: digest)[0]
        let records = [makeRecord(1, accuracy: 40), makeRecord(2, accuracy: 50, loss: 1e300)]
        let html = pageHTML(of: makeState(sweep, records: [task.id: records]), instance: "i").text
        #expect(html.contains("Of 1 epoch a mean is too large or too small to be drawn; api/sweep has it."))
    }

    @Test func `a wide logarithmic axis has few ticks`() {
        let scale = ChartScale(values: [1e-90, 1e90])
        #expect(scale.isLogarithmic && (4...9).contains(scale.ticks.count))
        #expect(scale.place(of: 1e-90) >= 0 && scale.place(of: 1e90) <= 1)
    }
}
