import Synchronization

/// A flag that one thread raises, once, and every thread sees.
public final class RaisedFlag: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isRaised: Bool { flag.load(ordering: .acquiring) }

    public func raise() { flag.store(true, ordering: .releasing) }
}
