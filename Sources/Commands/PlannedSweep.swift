import CommandOutput
import Experiment
import Training

/// The tasks of a sweep file and what they would cost. Reads the file and the images, and touches nothing.
package struct PlannedSweep {
    package let plan: SweepPlan
    /// What is missing for the plan to be the one that would run; `nil` where nothing is.
    package let note: String?

    /// Reads the images where they are. Without CIFAR-10 nothing but the ids is different, so this is no failure then.
    ///
    /// - Parameter data: where CIFAR-10's batches are; `nil` for the cache.
    /// - Throws: `CommandFailure`.
    package init(_ sweep: Sweep, data: String?) throws(CommandFailure) {
        do {
            let images = try DataSet.load(sweep.data, directory: data)
            plan = SweepPlan(sweep: sweep, dataDigest: images.digest)
            note = nil
        } catch {
            guard sweep.data == .cifar10, error.code == .notFound else { throw CommandFailure(error.description) }
            plan = SweepPlan(sweep: sweep, dataDigest: DataDigest(standingInFor: .cifar10))
            note = "\(error) (until the data is there, the ids shown here are not those of the tasks)"
        }
    }
}
