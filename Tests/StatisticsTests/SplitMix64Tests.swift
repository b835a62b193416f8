import Statistics
import Testing

struct SplitMix64Tests {
    /// As the authors' C program prints them: https://prng.di.unimi.it/splitmix64.c
    @Test func `the numbers of a seed are those of the authors' program`() {
        var random = SplitMix64(seed: 0)
        #expect(
            (0..<3).map { _ in random.next() } == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
        random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func `a resampling draws them too`() {
        var random = SplitMix64(seed: 7), stream = ResamplingStream(seed: 7)
        #expect((0..<5).map { _ in random.next() } == (0..<5).map { _ in stream.next() })
    }
}
