/// Sweep files for tests: the real training, small enough for a debug build.
enum SweepFiles {
    /// `norms` × `seeds` tasks.
    static func small(
        name: String = "small", norms: String = "[bn, ln]", seeds: String = "[1, 2, 3]", epochs: Int = 2,
        trainLimit: Int = 96, capture: Bool = false
    ) -> String {
        """
        name: \(name)
        data: shapes
        grid:
          norm: \(norms)
          seed: \(seeds)
        train:
          batch_size: 16
          epochs: \(epochs)
          train_limit: \(trainLimit)
          test_limit: 50
          capture_gradients: \(capture)

        """
    }
}
