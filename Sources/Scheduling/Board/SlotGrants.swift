import Experiment

/// How many slots the workers of each key have here: few at first, and twice as many with each record that is stored of
/// them, until they have what they said.
///
/// Anybody can say that he has many slots. Who is new holds no more tasks than a small host until he has trained
/// something. A worker of the coordinator's own host needs no proof.
package struct SlotGrants: Sendable {
    /// Of a key of which no record was stored. An honest host of more cores waits for the first epochs of so many
    /// tasks.
    package static let first = 16

    /// More slots than these are no use to a host with so many cores, and no sign of one.
    package static func reasonable(cores: Int) -> Int { max(16, 4 * cores) }

    private struct Place: Sendable {
        let worker: WorkerID
        var wanted: Int
        var grantedCount = 0
    }

    private struct Account: Sendable {
        var allowance = SlotGrants.first
        var grantedCount = 0
        /// In the order in which they asked.
        var places: [Place] = []

        var isShort: Bool { places.contains { $0.grantedCount < $0.wanted } }

        mutating func release(_ worker: WorkerID) {
            guard let index = places.firstIndex(where: { $0.worker == worker }) else { return }
            grantedCount -= places.remove(at: index).grantedCount
        }

        mutating func grant(at index: Int) {
            let more = max(0, min(places[index].wanted - places[index].grantedCount, allowance - grantedCount))
            places[index].grantedCount += more
            grantedCount += more
        }
    }

    private var accounts: [WorkerIdentity: Account] = [:]

    package init() {}

    /// The worker says that it has `wanted` slots.
    ///
    /// - Returns: how many it is given tasks for.
    package mutating func ask(_ worker: WorkerID, of identity: WorkerIdentity, wanted: Int) -> Int {
        guard !worker.isLocal else { return wanted }
        var account = accounts[identity] ?? Account()
        account.release(worker)
        account.places.append(Place(worker: worker, wanted: wanted))
        account.grant(at: account.places.count - 1)
        defer { accounts[identity] = account }
        return account.places.last!.grantedCount
    }

    /// The worker is gone; others of its key may have its slots when they ask, or with the next record.
    package mutating func release(_ worker: WorkerID, of identity: WorkerIdentity) {
        accounts[identity]?.release(worker)
    }

    /// A record of the key was stored.
    ///
    /// - Returns: the slots of those that have more of them now.
    package mutating func grow(_ identity: WorkerIdentity) -> [WorkerID: Int] {
        guard var account = accounts[identity], account.isShort else { return [:] }
        account.allowance = min(2 * account.allowance, 1 << 30)
        var grown: [WorkerID: Int] = [:]
        for index in account.places.indices {
            let before = account.places[index].grantedCount
            account.grant(at: index)
            if account.places[index].grantedCount > before {
                grown[account.places[index].worker] = account.places[index].grantedCount
            }
        }
        accounts[identity] = account
        return grown
    }
}
