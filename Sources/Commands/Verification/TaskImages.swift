import CommandOutput
import Experiment
import Training

extension DataSet {
    /// The images that a task was trained on, to train it again.
    ///
    /// - Parameter directory: where CIFAR-10's batches are; `nil` for the cache.
    /// - Throws: `CommandFailure` where they are not here, or are others.
    package static func images(of task: SweepTask, in directory: String?) throws(CommandFailure) -> DataSet {
        let images: DataSet
        do {
            images = try DataSet.load(task.data, directory: directory)
        } catch {
            throw CommandFailure(error.description)
        }
        guard images.digest == task.dataDigest else {
            let message = "the \(task.data.rawValue) images here are not those of the sweep; name its own with --data"
            throw CommandFailure(message)
        }
        return images
    }
}
