import Experiment

/// Two points of two seeds, two epochs each.
func sampleSweep() throws -> Sweep {
    let text = """
        name: s
        data: shapes
        grid:
          norm: [bn, ln]
          seed: [1, 2]
        train: {batch_size: 32, epochs: 2}
        """
    return try Sweep(yaml: text, file: "s.yaml")
}
