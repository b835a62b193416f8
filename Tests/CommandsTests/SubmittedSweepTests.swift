import CommandFixtures
import CommandOutput
import Commands
import Experiment
import TestSupport
import Testing

/// A sweep file is read before anything else.
struct SubmittedSweepTests {
    private let directory = TemporaryDirectory()
    private let text = "name: small\ndata: shapes\ngrid: {norm: [bn, ln], seed: [1, 2]}\n"

    @Test func `a sweep file's text is kept as it is`() throws {
        let submitted = try SubmittedSweep(path: directory.write(text, to: "s.yaml"))
        #expect(submitted.text == text)
        #expect(submitted.sweep.name == "small" && submitted.sweep.seeds == [1, 2])
    }

    @Test func `a sweep file that is not there, or wrong, is bad usage`() throws {
        let missing = directory.file("missing.yaml")
        let absent = commandFailure { _ = try SubmittedSweep(path: missing) }
        #expect(absent?.exitCode == .usage)
        let advice = "name a sweep file, such as sweeps/quick.yaml"
        #expect(absent?.message == "\(missing): cannot be read (No such file or directory); \(advice)")
        let path = try directory.write(text + "epohcs: 3\n", to: "wrong.yaml")
        let wrong = commandFailure { _ = try SubmittedSweep(path: path) }
        #expect(wrong?.exitCode == .usage)
        #expect(wrong?.message.hasPrefix("\(path):4: epohcs: ") == true, "\(wrong?.message ?? "")")
    }

    @Test func `a file over the limit is not read to its end`() throws {
        let path = try directory.write(String(repeating: "#", count: Sweep.fileByteLimit + 100), to: "long.yaml")
        let failure = commandFailure { _ = try SubmittedSweep(path: path) }
        #expect(failure?.message.contains("over 1 MiB") == true)
    }

    @Test func `a sweep's plan has the ids of the tasks where the images are there`() throws {
        let sweep = try SubmittedSweep(path: directory.write(text, to: "s.yaml")).sweep
        let planned = try PlannedSweep(sweep, data: nil)
        #expect(planned.note == nil)
        let stored = try directory.run("finished").reader().plan()
        #expect(planned.plan.tasks.map(\.id) == sweep.tasks(dataDigest: stored.dataDigest).map(\.id))
    }

    @Test func `without CIFAR-10 the plan comes with a note, and with wrong images not at all`() throws {
        let other = text.replacing("shapes", with: "cifar10")
        let sweep = try SubmittedSweep(path: directory.write(other, to: "s.yaml")).sweep
        let empty = try directory.makeDirectory("empty")
        let planned = try PlannedSweep(sweep, data: empty)
        #expect(planned.note?.hasSuffix("the ids shown here are not those of the tasks)") == true)
        #expect(planned.plan.tasks.count == 4)
        for batch in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"] {
            _ = try directory.write("short", to: "empty/\(batch).bin")
        }
        #expect(commandFailure { _ = try PlannedSweep(sweep, data: empty) }?.exitCode == .failed)
    }
}
