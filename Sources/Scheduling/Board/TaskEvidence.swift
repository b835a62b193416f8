import Experiment
import Status

/// What the executions of a finished task tell: who made its records, and who trained it again.
///
/// The one place that concludes it from what is stored. A board, which keeps its tasks in memory, and whoever reads a
/// journal are both told here whether word stands against word.
package struct TaskEvidence: Sendable {
    /// Attempt 1, 2, …; of each it is told whether it is an audit.
    private let executions: [TaskHistory.Execution]
    /// The attempts whose records are stored.
    private let authors: Set<Attempt>
    /// Of epoch 1, 2, … the attempt whose record is stored; empty where nobody says so.
    private let epochAuthors: [Attempt]

    /// - Parameters:
    ///   - executions: attempt 1, 2, …, in which audits are told apart.
    ///   - authors: of epoch 1, 2, … the attempt whose record is stored; empty where nobody says so.
    ///   - lastProgress: the number of the last attempt that brought a record.
    package init(_ executions: [TaskHistory.Execution], authors: [Attempt], lastProgress: Int) {
        self.executions = executions
        epochAuthors = authors
        let isKnown = executions.indices.contains(lastProgress - 1)
        self.authors = authors.isEmpty && isKnown ? [Attempt(rawValue: lastProgress)] : Set(authors)
    }

    /// The attempts that made the stored records, and the attempts from whose states those went on.
    package var makers: Set<Attempt> {
        var makers = authors
        var unseen = Array(makers)
        while let maker = unseen.popLast() {
            guard let origin = self[maker]?.origin else { continue }
            // Where the author of a state is not known, it may be any attempt before this one.
            let givers = origin.author.map { [$0] } ?? (1..<maker.rawValue).map { Attempt(rawValue: $0) }
            for giver in givers where self[giver] != nil && makers.insert(giver).inserted { unseen.append(giver) }
        }
        return makers
    }

    /// Whether an attempt trained every epoch of the finished task, from the first one on, and not all that is stored
    /// is its own: further executions are compared with that.
    package func isTestimony(_ attempt: Attempt) -> Bool {
        guard let execution = self[attempt], execution.outcome == .completed, execution.origin == nil else {
            return false
        }
        guard !execution.isAudit else { return !authors.contains(attempt) }
        // It was compared where it came too late, or trained again what somebody else had begun.
        let others = zip(1..., epochAuthors).filter { $0.1 != attempt }.map(\.0)
        return !others.isEmpty
            && others.allSatisfy { execution.confirmed.contains($0) || execution.differing[$0] != nil }
    }

    /// The executions as witnesses.
    ///
    /// - Parameters:
    ///   - condemned: keys that are believed no more.
    ///   - unwanted: those of them whose results the owner does not want.
    ///   - isTrusted: whether an execution was on a host of the owner's own, who decides where nobody is left to ask.
    package func trial(
        condemned: Set<WorkerKey> = [], unwanted: Set<WorkerKey> = [],
        isTrusted: (TaskHistory.Execution) -> Bool = { _ in false }
    ) -> Trial {
        let makers = makers.compactMap { self[$0] }
        let testimonies = executions.enumerated().compactMap { place, execution -> Trial.Testimony? in
            let attempt = Attempt(rawValue: place + 1)
            guard isTestimony(attempt) else { return nil }
            return Trial.Testimony(
                attempt: attempt, identity: execution.identity, isTrusted: isTrusted(execution),
                differing: execution.differing)
        }
        return Trial(
            authors: Set(makers.map(\.identity)), areAuthorsTrusted: makers.allSatisfy(isTrusted),
            testimonies: testimonies, condemned: condemned, unwanted: unwanted)
    }

    private subscript(attempt: Attempt) -> TaskHistory.Execution? {
        executions.indices.contains(attempt.rawValue - 1) ? executions[attempt.rawValue - 1] : nil
    }
}

extension TaskHistory {
    /// What is stored of a finished task, as evidence.
    package var evidence: TaskEvidence {
        var executions = attempts
        for place in executions.indices { executions[place].isAudit = isAudit(Attempt(rawValue: place + 1)) }
        return TaskEvidence(executions, authors: authors, lastProgress: lastProgress)
    }

    /// Whether the task is finished, word stands against word, and nobody is at work who could decide it: what
    /// `TaskBoard.openDisputes` lists.
    ///
    /// - Parameter standings: as the judgements of the same journal make them.
    package func isDisputed(of task: SweepTask, _ standings: KeyStandings) -> Bool {
        // Where nothing differs, which is almost everywhere, there are no two words.
        guard attempts.contains(where: { !$0.differing.isEmpty }), phase(of: task) == .done, openAttempt == nil else {
            return false
        }
        return evidence.trial(condemned: standings.condemned).verdict(isLastWord: false) == .open
    }
}

extension TaskHistory.Execution {
    /// Of its worker.
    package var identity: WorkerIdentity { key.map(WorkerIdentity.key) ?? .name(worker) }
}
