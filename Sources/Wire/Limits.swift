import Experiment

/// Bounds on what a peer may send: no more than a task can have, or a host.
public enum Limits {
    public static let slots = 4096
    public static let cores = 65_536
    public static let heartbeatMilliseconds = 10...600_000
    /// The attempts in slots, and as many that wait for an answer.
    public static let runningAttempts = 2 * slots
    /// A step for each image.
    public static let gradientNorms = DataSetName.allCases.map(\.images.train).max()!
    public static let layers = LayerGradientSample.layers.count
    public static let layerValues = LayerGradientSample.valueCount
    /// How long a reason may be.
    public static let textBytes = 4096
    /// How long the name of a host, a processor, kernels, a build, a layer or a sweep may be.
    public static let nameBytes = 256
    /// The largest message over an invite's connection.
    public static let enrolmentBytes = 1024
    /// The largest checkpoint that a peer may announce; those of the one network have about 4 MiB.
    public static let checkpointBytes = 64 << 20
    /// How much of a checkpoint one message has. With one in flight, a link is busy for more than 80 % of the time
    /// where the piece takes four times as long as a round trip: at 100 Mbit/s, with 80 ms.
    public static let pieceBytes = 4 << 20
    /// A day: to ask for no checkpoints, ask for one that is never due.
    public static let checkpointMilliseconds = 0...86_400_000
    /// The largest frame between agent and trainer.
    public static let frameBytes = 16 << 20
}
