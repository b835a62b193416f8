import CoordinatorService
import Experiment
import Journal
import Scheduling

extension RunSelection {
    /// Whether a coordinator of this user is at work, on this host.
    func hasCoordinator() throws -> Bool {
        do {
            return try ControlClient.canAsk(directory())
        } catch let error as CoordinatorError {
            throw CommandFailure(error.description)
        }
    }

    /// Asks the running coordinator; `nil` where none runs. The number of tasks or workers that it concerns.
    func askIfRunning(_ request: TaskBoard.Request) throws -> Int? {
        // For its clear words where there is no sweep.
        _ = try reader()
        do {
            switch try ControlClient.ask(request, of: directory()) {
            case .done(let count): return count
            case .refused(let reason): throw CommandFailure(reason)
            case nil: return nil
            }
        } catch let error as CoordinatorError {
            throw CommandFailure(error.description)
        }
    }

    func ask(_ request: TaskBoard.Request) throws -> Int {
        if let count = try askIfRunning(request) { return count }
        throw CommandFailure(
            "the sweep does not run now, or not on this host as this user; sweep run starts it, and goes on where it "
                + "was"
        )
    }

    /// The ids of tasks, each given by its beginning.
    func tasks(_ beginnings: [String]) throws -> [TaskID] {
        let tasks = try reader().plan().tasks
        return try beginnings.map { try tasks.chosen(by: $0).id }
    }
}

extension [SweepTask] {
    /// The task whose id begins so.
    func chosen(by beginning: String) throws -> SweepTask {
        let matches = filter { $0.id.rawValue.hasPrefix(beginning.lowercased()) }
        switch matches.count {
        case 1: return matches[0]
        case 0:
            throw CommandFailure("no task of this sweep has an id that begins with \(beginning)", exitCode: .usage)
        default:
            let message = "\(matches.count) tasks have ids that begin with \(beginning): give more of it"
            throw CommandFailure(message, exitCode: .usage)
        }
    }
}
