/// Which state of a task a checkpoint holds, and how to know its bytes again.
public struct CheckpointLabel: Sendable, Hashable {
    /// The epochs that are trained: an attempt that resumes from it begins with the next one.
    public let epoch: Int
    public let byteCount: Int
    /// The digest of all bytes.
    public let digest: ContentDigest

    public init(epoch: Int, byteCount: Int, digest: ContentDigest) {
        self.epoch = epoch
        self.byteCount = byteCount
        self.digest = digest
    }
}
