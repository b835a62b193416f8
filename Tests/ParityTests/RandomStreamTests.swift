import Testing
import Training

/// Random streams are PyTorch's.
///
/// Expected values: PyTorch 2.13.0 for CPU.
struct RandomStreamTests {
    /// `torch.empty(6, dtype=torch.int64).random_(0, 2**32, generator=torch.Generator().manual_seed(202))`
    @Test func `words of 64 bits are PyTorch's`() {
        var generator = MersenneTwister(seed: 202)
        let words = (0..<6).map { _ in generator.next64() & 0xffff_ffff }
        #expect(words == [351_185_559, 2_965_270_988, 1_571_983_273, 1_699_962_119, 1_286_364_246, 1_348_777_927])
    }

    /// `torch.manual_seed(42); torch.empty(5).uniform_(-0.3, 0.7)`
    @Test func `uniform floats are PyTorch's`() {
        var generator = MersenneTwister(seed: 42)
        let values = (0..<5).map { _ in generator.uniform(from: -0.3, to: 0.7) }
        #expect(values == [0x1.2a1f32p-1, 0x1.3ae1ccp-1, 0x1.5368fp-4, 0x1.519082p-1, 0x1.7279dp-4])
    }

    /// `torch.manual_seed(7); torch.randperm(20)`
    @Test func `permutations are PyTorch's`() {
        var generator = MersenneTwister(seed: 7)
        #expect(
            generator.permutation(count: 20)
                == [15, 17, 9, 12, 7, 1, 19, 3, 4, 11, 18, 8, 2, 14, 16, 0, 10, 13, 6, 5])
        #expect(generator.permutation(count: 1) == [0])
        #expect(generator.permutation(count: 0) == [])
    }

    @Test func `only the low bits of a seed count`() {
        #expect(MersenneTwister(seed: 5) == MersenneTwister(seed: 5 | 1 << 32))
    }

    /// The first images of two epochs of `DataLoader(range(50000), shuffle=True)` after `torch.manual_seed(0)` and the
    /// network's constructors, which draw 356,810 times.
    @Test func `the order of images is that of PyTorch's loader`() {
        var generator = MersenneTwister(seed: 0)
        for _ in 0..<356_810 { _ = generator.next32() }
        let first = LoaderOrder.shuffled(count: 50_000, generator: &generator)
        #expect(first.prefix(5) == [21128, 28543, 48192, 5654, 48764])
        let second = LoaderOrder.shuffled(count: 50_000, generator: &generator)
        #expect(second.prefix(5) == [22971, 31501, 34247, 13378, 19037])
        #expect(second.sorted() == Array(0..<50_000))
    }
}
