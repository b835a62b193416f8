import Journal

/// The sweep was to stop while a turn could not be stored.
package struct InterruptedTurn: Error {
    package let fault: JournalError
}

/// Stores a turn for as long as that takes: a fault of the disk holds the turn until it is mended, and nothing is
/// dispatched or acknowledged meanwhile.
package struct PatientCommit {
    package enum Trouble: Equatable {
        case began(String)
        case ended
    }

    /// Whether the sweep shall stop; what was not stored was not acknowledged either.
    private let isStopping: () -> Bool
    private let tell: (Trouble) -> Void
    /// Before the next try.
    private let pause: () -> Void

    package init(isStopping: @escaping () -> Bool, tell: @escaping (Trouble) -> Void, pause: @escaping () -> Void) {
        self.isStopping = isStopping
        self.tell = tell
        self.pause = pause
    }

    /// Calls `commit` until it succeeds.
    ///
    /// - Throws: the fault, where it is one that does not pass; `InterruptedTurn` where the sweep shall stop meanwhile.
    package func run(_ commit: () throws(JournalError) -> Void) throws {
        var hasFailed = false
        while let fault = Self.fault(of: commit) {
            guard fault.mayPass else { throw fault }
            guard !isStopping() else { throw InterruptedTurn(fault: fault) }
            if !hasFailed { tell(.began(fault.description)) }
            hasFailed = true
            pause()
        }
        if hasFailed { tell(.ended) }
    }

    private static func fault(of commit: () throws(JournalError) -> Void) -> JournalError? {
        do {
            try commit()
            return nil
        } catch {
            return error
        }
    }
}
