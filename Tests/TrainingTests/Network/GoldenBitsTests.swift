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
        (.batch, "edcd4225eac4ef77e51a724ad2881f17a8b8716e90657d051d5693f9b279b8c6"),
        (.layer, "b496d3952897b67eb82bb13ed2dbb20f6c2c68d28d3c55b12bf33ebb5296cc8a"),
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
