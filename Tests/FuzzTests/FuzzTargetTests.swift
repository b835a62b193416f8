import Foundation
import FuzzTargets
import Messages
import Testing
import Wire

/// Every input that fuzzing has kept runs through its target once more, in the normal tests. A fault is a trap, and
/// ends the process of the tests; `deploy/fuzz` looks for new ones.
@Suite(.timeLimit(.minutes(2)))
struct FuzzTargetTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path
    /// The smallest set that reaches what fuzzing has reached.
    private static let corpus = "\(folder)/Corpus"
    /// Inputs that were a fault once.
    private static let findings = "\(folder)/Findings"

    private func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        try [Self.corpus, Self.findings].flatMap { parent in
            let folder = "\(parent)/\(target.name)"
            guard FileManager.default.fileExists(atPath: folder) else { return [(name: String, bytes: [UInt8])]() }
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
                (name, [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
            }
        }
    }

    private func run(_ input: [UInt8], through target: FuzzTarget) { input.withUnsafeBytes(target.run) }

    @Test func `every target has a folder of inputs, and every folder a target`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
        let findings = try FileManager.default.contentsOfDirectory(atPath: Self.findings)
        #expect(Set(findings).isSubset(of: folders))
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `the stored inputs run through their target`(name: String) throws {
        let target = try #require(FuzzTarget[name])
        let inputs = try inputs(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            // A large one would be a copy of a file, and not what reaches a place in the code.
            #expect(input.bytes.count <= 8192, "\(input.name)")
            run(input.bytes, through: target)
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `what fuzzing starts from runs through its target, whole, cut, and as a megabyte of the same`(
        name: String
    ) throws {
        let target = try #require(FuzzTarget[name])
        let seeds = target.seeds()
        #expect(!seeds.isEmpty)
        for seed in seeds {
            for length in [seed.count, seed.count / 2, max(seed.count, 1) - 1] {
                run(Array(seed.prefix(length)), through: target)
            }
            guard seed.count > 1 else { continue }
            let body = seed.dropFirst()
            run([seed[0]] + Array(repeatElement(body, count: 1 << 20 / body.count + 1).joined()), through: target)
        }
    }

    /// Else fuzzing would begin with nothing but refusals, and find little behind them.
    @Test func `what fuzzing of messages starts from is taken`() throws {
        let worker = try #require(FuzzTarget["worker-message"]).seeds()
        #expect(worker.count { (try? WorkerEnvelope(decoding: $0)) != nil } == worker.count - 1)
        #expect(worker.count { (try? EnrolmentRequest(decoding: $0)) != nil } == 1)
        for seed in try #require(FuzzTarget["coordinator-message"]).seeds() {
            #expect((try? CoordinatorMessage(decoding: seed)) != nil || (try? EnrolmentAnswer(decoding: seed)) != nil)
        }
        for seed in try #require(FuzzTarget["trainer-pipe"]).seeds() {
            var reader = FrameReader()
            for frame in try reader.append(seed.dropFirst()) {
                #expect((try? TrainerOrder(decoding: frame)) != nil || (try? TrainerReport(decoding: frame)) != nil)
            }
        }
    }
}
