import Crypto
import Experiment
import Testing
import Training
import TrainingFixtures

/// The digests were made by this test with reference kernels on an x86-64 host. Every host must find them again: a
/// change of the engine that changes them changes the results of every sweep, and says why in its commit.
@Suite("A training's bits are those of every other host")
struct GoldenBitsTests {
    static let digests: [(norm: Norm, digest: String)] = [
        (.batch, "7ad18d0e1ea853c66dfad640e7d157e904d8450d85b25f1a785e97eb92f29644"),
        (.layer, "4c474d140ac83d2be0fd70a088d9daea889da007c6f8b2a25e6d1c5c8f9f240d"),
        (.none, "733dfeeb1b4d0a28bd2b696c223a73140a856c95f599c6dbac0cdbf6d9e2b9e6"),
    ]

    @Test(arguments: digests)
    func ofTheCheckpoint(norm: Norm, digest: String) throws {
        let trainer = try Trainer(parameters: SameBitsTests.parameters(norm), data: SameBitsTests.data)
        for _ in 0..<2 { _ = try trainer.trainEpoch() }
        let bytes = trainer.checkpoint().encoded()
        #expect(DataDigest(SHA256.hash(data: bytes)).rawValue == digest)
    }
}
