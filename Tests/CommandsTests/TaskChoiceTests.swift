import CommandFixtures
import CommandOutput
import Commands
import Experiment
import Journal
import TestSupport
import Testing

/// A task is chosen by the beginning of its id.
struct TaskChoiceTests {
    private let directory = TemporaryDirectory()

    /// Their ids begin with 4f19…, 3db5…, 57a8… and 5ecc….
    private func tasks() throws -> [SweepTask] { try directory.run("finished").reader().plan().tasks }

    @Test(arguments: ["4", "4f", "4F1", "4f19966d41cd1daff3d14216ffb8b47e"])
    func `a task is chosen by as many letters of its id as it takes, large or small`(beginning: String) throws {
        #expect(try tasks().chosen(by: beginning).id.rawValue == "4f19966d41cd1daff3d14216ffb8b47e")
    }

    @Test func `a beginning that no id has, or several have, is refused`() throws {
        let tasks = try tasks()
        let none = commandFailure { _ = try tasks.chosen(by: "ffff") }
        #expect(none == CommandFailure("no task of this sweep has an id that begins with ffff", exitCode: .usage))
        let two = commandFailure { _ = try tasks.chosen(by: "5") }
        #expect(two == CommandFailure("2 tasks have ids that begin with 5: give more of it", exitCode: .usage))
    }

    @Test func `several tasks come in the order in which they are named`() throws {
        let run = try directory.run("finished", as: "other")
        #expect(try run.tasks(["5e", "4"]).map { $0.rawValue.prefix(2) } == ["5e", "4f"])
        #expect(try run.tasks([]).isEmpty)
    }
}
