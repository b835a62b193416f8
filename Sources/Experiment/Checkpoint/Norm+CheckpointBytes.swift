extension Norm {
    /// How large a checkpoint of the one network is: exactly as many bytes as its tensors have, and a header, which
    /// depends on the length of numbers in it. `Training` has the tensors, and tests these numbers against them.
    public var checkpointBytes: ClosedRange<Int> {
        let headerLimit = 16 << 10
        let tensors =
            switch self {
            case .batch: 4_293_912
            case .layer: 4_292_096
            case .none: 4_286_720
            }
        return tensors...tensors + headerLimit
    }
}
