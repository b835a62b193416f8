import Experiment
import Foundation
import Journal
import TestSupport
import Testing

/// What bounds a host is kept with its worker.
struct HostBoundsTests {
    private let directory = TemporaryDirectory()

    @Test func `what bounds a host is read back, and the last hello counts`() throws {
        let journal = try Journal.open(in: directory.run(), plan: samplePlan())
        let worker = WorkerID(rawValue: "host-1")!
        var facts = HostFacts(host: "h", processor: "p", cores: 1, kernels: "avx2", build: "1")
        try journal.commit([.workerSeen(worker, facts: facts, slots: 1, at: Date())])
        #expect(try journal.reader.state().workers.map(\.facts) == [facts])
        facts.coresBound = "CPU quota 0.5"
        facts.memoryBytes = 512 << 20
        facts.memoryBound = "control group"
        try journal.commit([.workerSeen(worker, facts: facts, slots: 1, at: Date())])
        #expect(try journal.reader.state().workers.map(\.facts) == [facts])
        try journal.close()
    }

    @Test func `a word of the coordinator is read without the rest`() throws {
        let journal = try Journal.open(in: directory.run(), plan: samplePlan())
        #expect(try journal.reader.settings()[.endpoint] == nil)
        try journal.commit([.settingChanged(.endpoint, to: "tcp://192.0.2.1:5555")])
        #expect(try JournalReader(of: directory.run()).settings()[.endpoint] == "tcp://192.0.2.1:5555")
        try journal.close()
    }
}
