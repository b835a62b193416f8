import Experiment

/// Bounds on what a peer may send: no more than a task can have, or a host.
public enum Limits {
    public static let slots = 4096
    public static let cores = 65_536
    /// Attempts of a task: more than a lifetime has, whatever the pace at which they are given back. Who gets there
    /// could never finish its task.
    public static let attempts = Int(Int32.max)
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
    /// The largest message between coordinator and worker, and what a connection is bounded by in bytes. The largest
    /// that an honest peer has reason to send is a piece of a checkpoint; a record of 50,000 steps has half of it, and
    /// the names of all attempts that a worker may run have as much as that.
    public static let messageBytes = 1 << 20
    /// The largest checkpoint that a peer may announce; those of the one network have about 4 MiB.
    public static let checkpointBytes = 64 << 20
    /// How much of a checkpoint one message has: what is left of the largest beside the names of attempt and
    /// checkpoint, and room for fields of later versions. With one in flight, a link is busy for more than 80 % of the
    /// time where the piece takes four times as long as a round trip: at 100 Mbit/s, with 20 ms. Pieces of 4 MiB did so
    /// with 80 ms; but a bound on frames is what each stranger's connection may hold.
    public static let pieceBytes = messageBytes - (16 << 10)
    /// A day: to ask for no checkpoints, ask for one that is never due.
    public static let checkpointMilliseconds = 0...86_400_000
    /// The largest frame between agent and trainer.
    public static let frameBytes = 16 << 20
}
