/// What goes wrong in a fleet.
package enum FleetWeather: String, CaseIterable, Sendable {
    /// Nothing.
    case calm
    /// Coordinators are killed in mid-turn, and nothing else fails.
    case restarts
    /// Everything.
    case stormy
}
