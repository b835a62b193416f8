/// For how long a key that gives tasks back, or keeps them and does nothing, gets nothing new.
///
/// A worker may give a task back at any time, and that is no failure. One that does nothing else would be handed the
/// same tasks again at once, thousands of times, each a few lines in the journal. So would one that fails each of them,
/// says each time that its host is not fit for any, or leaves and comes back. So the pauses grow until a record of the
/// key is stored, whatever its workers call themselves and however often they come.
package struct GiveBackPauses: Sendable {
    /// So many in a row cost nothing: a host may be taken back and given again.
    package static let free = 8
    package static let first = Duration.seconds(1)
    package static let longest = Duration.seconds(300)

    private struct Account: Sendable {
        var count = 0
        var until: Instant?
    }

    private var accounts: [WorkerIdentity: Account] = [:]
    /// The next instant at which a pause ends.
    package private(set) var nextEnd: Instant?

    package init() {}

    /// An attempt was given back, or ended otherwise, that had brought no record.
    ///
    /// - Returns: until when its key gets nothing; `nil` where it may have more at once.
    package mutating func record(_ identity: WorkerIdentity, at now: Instant) -> Instant? {
        var account = accounts[identity] ?? Account()
        account.count += 1
        let excess = account.count - Self.free
        if excess > 0 { account.until = now + min(Self.first * (1 << min(excess - 1, 20)), Self.longest) }
        accounts[identity] = account
        if let until = account.until { nextEnd = min(nextEnd ?? until, until) }
        return account.until
    }

    /// Attempts of the key were taken back of which nothing came: others come first for the longest pause.
    package mutating func recordStandstill(_ identity: WorkerIdentity, at now: Instant) {
        var account = accounts[identity] ?? Account()
        let until = now + Self.longest
        (account.count, account.until) = (max(account.count, Self.free), until)
        accounts[identity] = account
        nextEnd = min(nextEnd ?? until, until)
    }

    /// A record of the key was stored.
    ///
    /// - Returns: whether a pause has ended by it.
    package mutating func forget(_ identity: WorkerIdentity) -> Bool {
        guard accounts.removeValue(forKey: identity)?.until != nil else { return false }
        findNextEnd()
        return true
    }

    package func isPausing(_ identity: WorkerIdentity) -> Bool { accounts[identity]?.until != nil }

    /// - Returns: whose pauses are over.
    package mutating func expire(at now: Instant) -> [WorkerIdentity] {
        guard let nextEnd, now >= nextEnd else { return [] }
        let ended = accounts.filter { $0.value.until.map { now >= $0 } ?? false }.keys
        for identity in ended { accounts[identity]!.until = nil }
        findNextEnd()
        return Array(ended)
    }

    private mutating func findNextEnd() { nextEnd = accounts.values.compactMap(\.until).min() }
}
