import DispatchLoad

/// What every coordinator and every rival is measured with.
struct Load: Sendable {
    let tasks: Int
    let epochs: Int
    let workers: Int
    let slots: Int
    /// A measurement in which nothing moves for so long is given up.
    let timeout: Duration

    var sweep: LoadSweep { LoadSweep(tasks: tasks, epochs: epochs) }

    var records: Int { tasks * epochs }

    /// How many workers each of the fleet's processes has: as many processes as there must be, equally full.
    var fleetSizes: [Int] {
        let count = (workers + FleetOrder.mostMembers - 1) / FleetOrder.mostMembers
        return (0..<count).map { workers / count + ($0 < workers % count ? 1 : 0) }
    }
}
