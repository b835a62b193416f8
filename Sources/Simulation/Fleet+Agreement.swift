import Experiment
import Journal
import Scheduling
import Status

// Whoever reads the journal is told the same as whoever asks the board: of each task, of audits and of disputes.

extension Fleet {
    /// To be asked between two turns. While a turn is held, or a comparison has led to something that the next turn
    /// stores, the board is ahead of the journal.
    func checkBoardAgainstJournal() throws(FleetViolation) {
        guard !isDraining, let coordinator, coordinator.held == nil, coordinator.core.isBetweenTurns else { return }
        try checkBoard(against: try journal.state())
    }

    private func checkBoard(against state: JournalState) throws(FleetViolation) {
        let board = coordinator!.core.board
        guard board.openDisputes == state.openDisputes else {
            throw FleetViolation(
                description: "\(board.openDisputes) are disputes of the board, \(state.openDisputes) of the journal",
                task: Set(board.openDisputes).symmetricDifference(state.openDisputes).first)
        }
        for (task, status) in zip(state.plan.tasks, state.statuses) {
            let told = board.ordinal(of: task.id).map { board.status(ofTask: $0) }
            guard told == status else {
                let text = "the board says \(told.map { "\($0)" } ?? "nothing"), and the journal \(status)"
                throw FleetViolation(description: text, task: task.id)
            }
        }
        let running = board.workerStatuses(at: coordinatorInstant).flatMap(\.attempts)
        let stored = state.snapshot().workers.flatMap(\.attempts)
        guard Set(running) == Set(stored) else {
            throw FleetViolation(
                description: "the board and the journal have other attempts that run",
                task: Set(running).symmetricDifference(stored).first.map { state.plan.tasks[$0.ordinal].id })
        }
    }
}
