import Experiment
import Foundation
import Journal
import TestSupport
import Testing

/// Random changes in random transactions.
struct JournalModelTests {
    /// The argument is the seed of a failing case.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a journal opened anew equals a plain model after every commit`(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let directory = TemporaryDirectory()
        let plan = samplePlan(taskCount: Int.random(in: 1...6, using: &generator))
        var model = JournalModel(plan: plan)
        var journal = try Journal.open(in: directory.run(), plan: plan)
        for _ in 0..<25 {
            let (changes, next) = randomTransaction(after: model, &generator)
            if Int.random(in: 0..<4, using: &generator) == 0 {
                // An impossible change after the possible ones: none of them may stay.
                let impossible = JournalChange.started(plan.tasks[0].attempt(-1))
                #expect(errorCode { try journal.commit(changes + [impossible]) } == .invalidChange)
            } else {
                try journal.commit(changes)
                model = next
            }
            #expect(try model.equals(JournalReader(of: directory.run())))
            if Int.random(in: 0..<6, using: &generator) == 0 {
                try journal.close()
                journal = try Journal.open(in: directory.run(), plan: plan)
            }
        }
        #expect(try model.equals(crashCopy(of: directory)))
    }

    private func randomTransaction(
        after model: JournalModel, _ generator: inout SeededRandom
    ) -> ([JournalChange], JournalModel) {
        var next = model
        let changes = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
            let change = next.randomChange(&generator)
            next.apply(change)
            return change
        }
        return (changes, next)
    }

    /// What a power cut would leave: the files as they are, without the shared memory.
    private func crashCopy(of directory: TemporaryDirectory) throws -> JournalReader {
        let (run, copy) = (directory.run(), directory.run("copy"))
        try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: false)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: run.journalFile + suffix, toPath: copy.journalFile + suffix)
        }
        return try Journal.open(in: copy).reader
    }
}
