import Experiment

/// Why a run of the fleet is wrong.
package struct FleetViolation: Error, CustomStringConvertible {
    package let description: String
    /// Whose story shall be told.
    package var task: TaskID?
}
