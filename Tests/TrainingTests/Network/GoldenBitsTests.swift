import Crypto
import Experiment
import Testing
import Training
import TrainingFixtures

/// A training's bits are those of every other host.
///
/// The digests were made by this test with reference kernels on an x86-64 host. Every host must find them again: a
/// change of the engine that changes them changes the results of every sweep, and says why in its commit.
struct GoldenBitsTests {
    static let digests: [(norm: Norm, digest: String)] = [
        (.batch, "91f1aefb2d2914d8c4e884f6072ca9f50dac93e1c19b350c0b7c409dbcc61db2"),
        (.layer, "58d90a5919bf34cacfabcffb9e577a98baf0c094d9ba067c52d4f68dfdadbd03"),
        (.none, "25050e591ec7d2ad64a39bae5478abb08251679801971e7ebbe5783bb3c95417"),
    ]

    @Test(arguments: digests)
    func `a training's checkpoint has the bits of every other host`(norm: Norm, digest: String) throws {
        let trainer = try Trainer(parameters: SameBitsTests.parameters(norm), data: SameBitsTests.data)
        for _ in 0..<2 { _ = try trainer.trainEpoch() }
        let bytes = trainer.checkpoint().encoded()
        #expect(DataDigest(SHA256.hash(data: bytes)).rawValue == digest)
    }
}
