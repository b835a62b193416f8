import Experiment
import Testing

struct SeededRandomTests {
    /// As the authors' C program prints them: https://prng.di.unimi.it/splitmix64.c
    @Test func `the numbers of a seed are those of SplitMix64`() {
        var random = SeededRandom(seed: 0)
        #expect(
            (0..<3).map { _ in random.next() } == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
        random = SeededRandom(seed: 1_234_567)
        #expect((0..<2).map { _ in random.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }
}
