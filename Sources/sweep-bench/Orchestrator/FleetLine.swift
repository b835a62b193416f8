import DispatchLoad

/// What a fleet's process says on its standard output, as a line of JSON each time.
struct FleetLine: Codable, Sendable {
    var joined = 0
    var endsStored = 0
    /// Nanoseconds of the monotonic clock; `nil` before.
    var firstAssignment: Int64?
    /// Why it ends before its time.
    var failure: String?
    /// The last line has it.
    var report: LoadReport?
    /// Seconds of processors from the first assignment to the last end; in the last line.
    var processorSeconds: Double?
}
