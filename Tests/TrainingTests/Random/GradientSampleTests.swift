import Testing
import Training

struct GradientSampleTests {
    @Test func `sampled indices ascend without repetition`() {
        for count in [1, 499, 500, 501, 864, 73_728] {
            let indices = GradientSample.indices(count: count, seed: 202, epoch: 1, layer: 0)
            #expect(indices.count == min(count, 500))
            #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
            #expect(indices.allSatisfy { (0..<count).contains($0) })
        }
    }

    @Test func `a sample depends on seed, epoch and layer`() {
        let sample = { GradientSample.indices(count: 18_432, seed: $0, epoch: $1, layer: $2) }
        let base = sample(1, 2, 0)
        #expect(base == sample(1, 2, 0))
        #expect(base != sample(2, 2, 0))
        #expect(base != sample(1, 1, 0))
        #expect(base != sample(1, 2, 1))
        #expect(sample(1, 2, 1) != sample(1, 1, 2))
    }
}
