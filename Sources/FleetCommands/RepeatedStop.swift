/// Tells a stop that somebody asks for a second time from an echo of the first.
///
/// Two within a fifth of a second are one: a terminal sends its Ctrl-C to every process of a pipeline, and some parents
/// pass it on once more.
package struct RepeatedStop {
    private static let echo = Duration.milliseconds(200)

    private var first: ContinuousClock.Instant?

    package init() {}

    /// A signal to stop came: whether somebody insists, who does not want to wait for the good order that the first
    /// one asked for.
    package mutating func insists(at now: ContinuousClock.Instant) -> Bool {
        guard let first else {
            self.first = now
            return false
        }
        return now - first > Self.echo
    }
}
