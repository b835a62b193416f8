import CoordinatorService
import Journal
import Testing

/// A turn that cannot be stored is held until it can.
struct PatientCommitTests {
    private final class Story {
        /// What each try meets, in turn; then it succeeds.
        var faults: [JournalError] = []
        var tries = 0
        var pauses = 0
        var told: [PatientCommit.Trouble] = []
        var stopsAfterPauses: Int?

        func run() throws {
            let commit = PatientCommit(
                isStopping: { self.stopsAfterPauses.map { self.pauses >= $0 } ?? false },
                tell: { self.told.append($0) }, pause: { self.pauses += 1 })
            try commit.run { () throws(JournalError) in
                tries += 1
                if tries <= faults.count { throw faults[tries - 1] }
            }
        }
    }

    private func fault(_ code: JournalError.Code, _ message: String = "no") -> JournalError {
        JournalError(code, path: "state.sqlite", message)
    }

    @Test func `what is stored at once is not talked about`() throws {
        let story = Story()
        try story.run()
        #expect(story.tries == 1 && story.pauses == 0 && story.told.isEmpty)
    }

    @Test(arguments: [JournalError.Code.diskFull, .readOnly, .ioError, .tooManyOpenFiles, .locked])
    func `a fault that may pass is told once, and its end`(code: JournalError.Code) throws {
        let story = Story()
        story.faults = [fault(code, "first"), fault(code, "second"), fault(.diskFull, "third")]
        try story.run()
        #expect(story.tries == 4 && story.pauses == 3)
        #expect(story.told == [.began("state.sqlite: first"), .ended])
    }

    @Test(arguments: [JournalError.Code.gone, .corrupt, .invalidChange, .recordConflict, .other])
    func `a fault that does not pass is thrown, also after others`(code: JournalError.Code) {
        for before in 0...1 {
            let story = Story()
            story.faults = Array(repeating: fault(.diskFull), count: before) + [fault(code)]
            let error = #expect(throws: JournalError.self) { try story.run() }
            #expect(error?.code == code && story.pauses == before && !story.told.contains(.ended))
        }
    }

    @Test func `a sweep that shall stop does not wait for the disk`() {
        let story = Story()
        story.faults = Array(repeating: fault(.diskFull, "full"), count: 100)
        story.stopsAfterPauses = 2
        let interruption = #expect(throws: InterruptedTurn.self) { try story.run() }
        #expect(interruption?.fault.code == .diskFull && story.tries == 3)
        #expect(story.told == [.began("state.sqlite: full")])
    }
}
