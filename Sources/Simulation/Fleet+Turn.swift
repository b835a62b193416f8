import Experiment
import Foundation
import Scheduling

// The stages of a turn: under faults, with a death at any place or a device that fails.

extension Fleet {
    /// Where a coordinator dies in a turn.
    private enum Death {
        case beforeCommit
        /// Stored is what was decided, and not yet what a comparison finds.
        case beforeComparison
        case whileDelivering
    }

    mutating func carryOut(_ turn: FleetTurn) throws(FleetViolation) {
        let death = drawDeath()
        if plan.bug == .acknowledgesBeforeCommit { try deliver(turn.unstoredDeliveries, of: turn) }
        if plan.bug == .answersBeforeStoring { try checkAnswers(in: turn.unstoredDeliveries, of: turn) }
        guard coordinator != nil else { return }
        if death == .beforeCommit { return die("before the commit") }
        guard let deliveries = try storedDeliveries(of: turn, death) else { return }
        try learn(deliveries.compared)
        planNextTurn()
        if death == .whileDelivering {
            let sentCount = random.integer(0...deliveries.steps.count)
            try deliver(deliveries, of: turn, stepCount: sentCount)
            die("after \(sentCount) of \(deliveries.steps.count) steps")
        } else if plan.bug != .acknowledgesBeforeCommit {
            try deliver(deliveries, of: turn)
        }
    }

    private mutating func drawDeath() -> Death? {
        guard isFaulty, random.chance(plan.killRate) else { return nil }
        return random.pick([.beforeCommit, .beforeCommit, .beforeComparison, .whileDelivering, .whileDelivering])
    }

    private mutating func die(_ place: String) {
        summary.count("coordinator killed in a turn")
        killCoordinator(place)
    }

    /// `nil` where the turn is held, or the coordinator dies before anything leaves.
    private mutating func storedDeliveries(
        of turn: FleetTurn, _ death: Death?
    ) throws(FleetViolation) -> Deliveries<FleetConnection>? {
        if isFaulty, now < diskFullUntil || random.chance(plan.commitFailureRate) {
            summary.count(now < diskFullUntil ? "commit on a full disk" : "commit failed")
            addToStory("a transaction fails")
            if plan.bug == .takesFailedWriteForSuccess { return turn.unstoredDeliveries }
            hold(turn)
            return nil
        }
        // The next sweep has no task, and so no fact but who took part in it.
        if isDraining { return turn.unstoredDeliveries }
        if plan.bug == .comparesBeforeCommit {
            let compared = try turn.turn.stored { _ in }.compared { (comparison) throws(FleetViolation) in
                try journal.record(of: comparison)
            }
            _ = try commit(turn)
            return try finish(compared)
        }
        let stored = try commit(turn)
        if death == .beforeComparison {
            die("between the commit and the comparisons")
            return nil
        }
        return try finish(try compare(stored))
    }

    /// Nothing of the turn leaves before it is stored. The device may have stored it though it said that it had not.
    private mutating func hold(_ turn: FleetTurn) {
        coordinator!.held = turn
        agenda.enter(.coordinatorTriesAgain(incarnation: incarnation), at: now + .milliseconds(500))
    }

    // MARK: The stages

    /// Stores the facts of a turn in one transaction of the real journal, and of the model.
    mutating func commit(_ turn: FleetTurn) throws(FleetViolation) -> StoredTurn<FleetConnection> {
        try turn.turn.stored { (facts) throws(FleetViolation) in
            let facts = plantedBug(inTransaction: facts, answering: turn.events)
            story = facts.reduce(into: story) { $0?.add($1, at: now) }
            try journal.commit(facts, at: wallClockDate)
            model.present = turn.presentKeys
            model.takers = turn.takers
            try model.commit(facts, answering: turn.events)
            try model.checkClosed(of: turn.endedWorkers)
        }
    }

    private mutating func compare(
        _ stored: StoredTurn<FleetConnection>
    ) throws(FleetViolation) -> ComparedTurn<FleetConnection> {
        try stored.compared { (comparison) throws(FleetViolation) in
            if plan.bug == .differenceIgnored { return comparison.record }
            if plan.bug == .recordStoredTwice {
                let fact = StoredFact.task(.recordCommitted(comparison.attempt, comparison.record))
                try journal.commit([fact], at: wallClockDate)
            }
            try model.compare(comparison)
            var stored = try journal.record(of: comparison)
            if plan.bug == .imagesNotCompared { stored?.outcomes = nil }
            return stored
        }
    }

    private mutating func finish(
        _ compared: ComparedTurn<FleetConnection>
    ) throws(FleetViolation) -> Deliveries<FleetConnection> {
        let deliveries = try compared.stored { (facts) throws(FleetViolation) in
            try journal.commit(facts, at: wallClockDate)
            for case .recordDiffered(let comparison) in facts { try model.raiseAlarm(comparison) }
            for case .recordConfirmed(let comparison) in facts { model.confirm(comparison) }
        }
        try model.checkAnswered()
        return deliveries
    }

    private var wallClockDate: Date {
        Date(timeIntervalSince1970: Double(now.milliseconds + wallClockOffset) / 1000)
    }
}
