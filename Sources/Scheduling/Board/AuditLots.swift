import Experiment

/// Draws lots: which of several keys trains a finished task again.
///
/// For each task every key has a number, which follows from the two and a secret; the lowest one is drawn. So who is
/// drawn depends on nothing that a worker can choose, such as its slots or how quick it is, and nobody without the
/// secret can tell it beforehand. A key that drops out leaves the others in their order, and so does a restart of the
/// coordinator: what was drawn is drawn again.
package struct AuditLots: Sendable {
    private let secret: String
    /// To hash each pair of key and task would cost a coordinator with a thousand keys milliseconds for each audit.
    private var numbers: [WorkerIdentity: UInt64] = [:]

    /// - Parameter secret: the same one in each run of the sweep.
    package init(secret: String) {
        self.secret = secret
    }

    /// `nil` where there is nobody.
    package mutating func draw(for task: TaskID, among candidates: some Sequence<WorkerIdentity>) -> WorkerIdentity? {
        let taskNumber = number(of: "task \(task)")
        var drawn: (identity: WorkerIdentity, lot: UInt64)?
        for candidate in candidates {
            var random = SeededRandom(seed: taskNumber ^ number(of: candidate))
            let lot = random.next()
            if let best = drawn, best.lot < lot || best.lot == lot && best.identity.text < candidate.text { continue }
            drawn = (candidate, lot)
        }
        return drawn?.identity
    }

    private mutating func number(of identity: WorkerIdentity) -> UInt64 {
        if let number = numbers[identity] { return number }
        let number = number(of: identity.text)
        numbers[identity] = number
        return number
    }

    private func number(of text: String) -> UInt64 {
        UInt64(ContentDigest(of: Array("lots \(secret) \(text)".utf8)).rawValue.prefix(16), radix: 16)!
    }
}
