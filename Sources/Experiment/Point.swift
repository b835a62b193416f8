/// A grid point without its seed: one value for each axis of a sweep, and the parameters that follow from it.
///
/// Points of one sweep are ordered by their values, axis by axis; tables sort their rows by this order.
public struct Point: Sendable, Hashable, Comparable {
    /// One value for each of `Sweep.axes`, in that order.
    public let values: [ParameterValue]
    /// The axes' values over the sweep's constants. Its seed is no task's: ask `parameters(seed:)`.
    public let parameters: TaskParameters

    /// `values` belong to `axes` one by one; both are without the seed.
    public init(axes: [Hyperparameter], values: [ParameterValue], constants: TaskParameters) {
        precondition(axes.count == values.count, "\(values.count) values for \(axes.count) axes")
        var parameters = constants
        for (axis, value) in zip(axes, values) {
            parameters[axis] = value
        }
        self.values = values
        self.parameters = parameters
    }

    public func parameters(seed: Int) -> TaskParameters {
        var parameters = parameters
        parameters.seed = seed
        return parameters
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.values.lexicographicallyPrecedes(right.values)
    }
}
