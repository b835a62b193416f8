/// What PyTorch's `DataLoader` draws from the global generator, and the order of images that comes of it.
///
/// Source: torch/utils/data/dataloader.py, `_BaseDataLoaderIter.__init__`, and sampler.py, `RandomSampler.__iter__`.
/// The number of workers makes no difference.
public enum LoaderOrder {
    /// A new iterator over `DataLoader(shuffle=True)`: its base seed, then the sampler's seed, 64 bits each; the order
    /// comes from a fresh generator with the sampler's seed.
    public static func shuffled(count: Int, generator: inout MersenneTwister) -> [Int32] {
        _ = generator.next64()
        var sampler = MersenneTwister(seed: generator.next64())
        return sampler.permutation(count: count)
    }

    /// A new iterator over `DataLoader(shuffle=False)`: its base seed only; the images come as they are stored.
    public static func sequential(generator: inout MersenneTwister) {
        _ = generator.next64()
    }
}
