extension CheckpointLabel {
    /// Why no checkpoint of `task` has this label; `nil` where one can.
    public func fault(in task: SweepTask) -> TaskFault? {
        // After the last epoch there is nothing to go on with.
        guard epoch >= 1, epoch < task.parameters.epochs else {
            return TaskFault(
                "epoch",
                "a checkpoint after epoch \(epoch), but the task has \(counted(task.parameters.epochs, "epoch"))")
        }
        let sizes = task.parameters.norm.checkpointBytes
        guard sizes.contains(byteCount) else {
            return TaskFault(
                "byte_count",
                "\(byteCount), but a checkpoint of the task has \(sizes.lowerBound) to \(sizes.upperBound) bytes")
        }
        return nil
    }
}

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
