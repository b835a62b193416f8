import Experiment
import Foundation
import TestSupport
import Testing
import Training

/// The checkpoint of a run that an earlier version left.
///
/// Of version 0.2.0 the whole file is kept, of the others its header alone. The tensors are megabytes of digits that
/// this engine computes again; that they are the same bits is what the digest in the file's name says.
struct OldCheckpoint {
    /// Of its file in the run directory.
    let name: String
    let task: String
    let epoch: Int
    private let digest: String
    /// As it lies in the fixture.
    let storedName: String
    /// The whole file, or its header.
    private let stored: Data
    private let data: DataSet

    /// - Parameter data: what the run trained with.
    init(of run: String, data: DataSet) throws {
        self.data = data
        let directory = "\(run)/checkpoints"
        storedName = try #require(Fixtures.names(in: directory).first { $0.contains(".safetensors") })
        name = storedName.replacing(".header", with: "")
        let parts = name.dropLast(".safetensors".count).split(separator: "-").map(String.init)
        try #require(parts.count == 3)
        (task, digest) = (parts[0], parts[2])
        epoch = try #require(Int(parts[1]))
        stored = try Fixtures.data(of: "\(directory)/\(storedName)")
    }

    /// Puts the whole file in its place, in a copy of the run directory.
    func complete(in directory: String) throws {
        try FileManager.default.removeItem(atPath: "\(directory)/checkpoints/\(storedName)")
        try bytes().write(to: URL(filePath: "\(directory)/checkpoints/\(name)"))
    }

    private struct Entry: Decodable {
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case shape
            case offsets = "data_offsets"
        }
    }

    /// The whole file.
    func bytes() throws -> Data {
        storedName == name ? stored : try computed(from: stored)
    }

    private func computed(from header: Data) throws -> Data {
        let json = try #require(JSONSerialization.jsonObject(with: header.dropFirst(8)) as? [String: Any])
        let metadata = try #require(json["__metadata__"] as? [String: String])
        let parameters = try #require(TaskParameters(canonicalText: metadata["task"] ?? ""))
        let trainer = try Trainer(parameters: parameters, data: data)
        for _ in 0..<epoch { _ = try trainer.trainEpoch() }
        let checkpoint = trainer.checkpoint()
        let entries = try json.filter { $0.key != "__metadata__" }.mapValues { value in
            try JSONDecoder().decode(Entry.self, from: JSONSerialization.data(withJSONObject: value))
        }
        var file = header
        for (name, entry) in entries.sorted(by: { $0.value.offsets[0] < $1.value.offsets[0] }) {
            let tensor = checkpoint[name]
            #expect(tensor.shape == entry.shape, "\(name)")
            switch tensor.values {
            case .floats(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
            case .integers(let values): values.withUnsafeBytes { file.append(contentsOf: $0) }
            }
        }
        try #require(ContentDigest(of: [UInt8](file)).rawValue == digest, "this engine computes another state")
        return file
    }
}
