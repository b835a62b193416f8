import Experiment
import Foundation
import HostSystem
import NIOCore
import Notices
import Status
import Synchronization

/// The live page of a sweep.
///
/// The coordinator's thread leaves what it says in a list, and that is all it does for the page: a task of the
/// page's own brings the state up to date a few times a second, and makes each event once for all open pages. If the
/// page fails, the sweep goes on.
public final class Dashboard: SweepObserver {
    /// How long a connection may hold its place.
    public struct Patience: Sendable {
        /// Until a request is whole.
        public var request: Duration
        /// Until the reader takes more of an answer.
        public var reader: Duration

        public init(request: Duration = .seconds(10), reader: Duration = .seconds(30)) {
            self.request = request
            self.reader = reader
        }
    }

    private static let pause = Duration.milliseconds(200)
    /// Curves are most of the work and the bytes, and nobody sees one grow faster.
    private static let curvesPause = Duration.milliseconds(500)
    private static let alivePause = Duration.seconds(5)

    private let pending = Mutex(PageChanges())
    private let changes: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let store: PageStore
    private let feed: EventFeed
    private let instance: String
    private let server: PageServer
    private let token: AccessToken?
    private let updates = Mutex<[Task<Void, Never>]>([])

    /// Binds the address and answers from now on; there is nothing to see before `begin`.
    ///
    /// - Parameters:
    ///   - descriptors: that those who read the page may take, all together; the other parts of this process need the
    ///     rest.
    ///   - patience: with each connection.
    ///   - onFault: told if the page is no longer served.
    /// - Throws: `DashboardError` where the address cannot be bound.
    public static func start(
        at address: DashboardAddress, descriptors: Int, patience: Patience = Patience(),
        onFault: @escaping @Sendable (String) -> Void
    ) async throws(DashboardError) -> Dashboard {
        let token = address.isLoopback ? nil : AccessToken()
        let instance = AccessToken().text
        let connectionLimit = DescriptorShares.pageConnections(descriptors: descriptors)
        // Whoever keeps many pages open leaves room for those who ask for one.
        let (store, feed) = (PageStore(), EventFeed(readerLimit: min(256, max(1, connectionLimit * 3 / 4))))
        let responder = PageResponder(gate: Gate(token: token), store: store, feed: feed, instance: instance)
        let server = try await PageServer.start(
            at: address, connectionLimit: connectionLimit, responder,
            patience: patience, onFault: onFault)
        return Dashboard(store, feed, instance: instance, server, token)
    }

    private init(_ store: PageStore, _ feed: EventFeed, instance: String, _ server: PageServer, _ token: AccessToken?) {
        self.store = store
        self.feed = feed
        self.instance = instance
        self.server = server
        self.token = token
        (changes, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// With the port that was chosen.
    public var address: DashboardAddress { server.address }

    /// Where a browser finds the page; whoever has it can see the sweep.
    ///
    /// - Parameter host: stands for a wildcard, which no browser can go to.
    public func url(host: String) -> String {
        let place = address.isWildcard ? DashboardAddress(host: host, port: address.port) : address
        return "http://\(place)/" + (token.map { "\($0.text)/" } ?? "")
    }

    /// Shows the sweep from now on. Before the coordinator runs: what it says must come after what is stored.
    ///
    /// - Throws: what `source` throws.
    public func begin(_ source: some RecordSource, directory: String) throws {
        let state = try PageState(source, directory: directory)
        store.set(state)
        updates.withLock { updates in
            updates.append(Task { await self.follow(from: state) })
            updates.append(Task { await self.showThatItIsAlive() })
        }
    }

    // MARK: On the coordinator's thread

    public func show(_ snapshot: SweepSnapshot) {
        pending.withLock { $0.add(snapshot) }
        signal.yield()
    }

    public func tell(_ notice: SweepNotice) {
        pending.withLock { $0.add(notice, at: Date()) }
        signal.yield()
    }

    // MARK: The page's own task

    private func follow(from state: PageState) async {
        var state = state
        var events = PageEvents(instance: instance)
        var touched = PageState.Touched()
        var curvesDue = ContinuousClock.now
        for await _ in changes {
            let changes = pending.withLock { pending in
                defer { pending = PageChanges() }
                return pending
            }
            touched.add(state.apply(changes))
            // The state first, see `PageResponder`.
            store.set(state)
            if feed.hasReaders {
                let drawsCurves = touched.curves && (ContinuousClock.now >= curvesDue || state.ending != nil)
                if let event = events.change(state, touched, curves: drawsCurves) { feed.publish(event) }
                if drawsCurves { curvesDue = .now + Self.curvesPause }
                touched = PageState.Touched(curves: touched.curves && !drawsCurves)
            } else {
                events.skip()
                feed.publish(nil)
                touched = PageState.Touched()
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Tells pages now and then that the coordinator lives: a page could not tell one that has nothing to say from a
    /// cut link.
    private func showThatItIsAlive() async {
        while (try? await Task.sleep(for: Self.alivePause)) != nil {
            if feed.hasReaders { feed.publish(PageEvents.alive) }
        }
    }

    /// Shows the last state, lets the pages know that there will be no other, and stops serving.
    public func end() async {
        signal.yield()
        signal.finish()
        let tasks = updates.withLock { $0 }
        tasks.last?.cancel()
        for task in tasks { await task.value }
        feed.close()
        await server.stop()
    }
}
