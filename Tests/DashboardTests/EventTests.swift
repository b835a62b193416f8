import Dashboard
import Experiment
import Foundation
import NIOCore
import Status
import Testing

struct EventTests {
    @Test func `a change says what changed and no more`() throws {
        var state = makeState()
        var events = PageEvents(instance: "one")
        state.apply(makeSnapshot(of: state, [0: running(0)]))
        _ = events.change(state, .init(curves: true), curves: true)
        let touched = state.apply(makeSnapshot(of: state, [0: running(1)]))
        let (name, change) = try parse(events.change(state, touched, curves: false))
        #expect(name == "state" && change["instance"] as? String == "one")
        #expect(change["cells"] as? [AnyHashable] == [2, "r2", 1])
        #expect((change["html"] as? [String: String])?.isEmpty == true)
        let again = events.change(state, .init(), curves: true)
        #expect(again == nil)
    }

    @Test func `after a pause without readers everything is sent again`() throws {
        let state = makeState()
        var events = PageEvents(instance: "one")
        _ = events.change(state, .init(), curves: true)
        events.skip()
        let (_, change) = try parse(events.change(state, .init(), curves: true))
        #expect(
            (change["html"] as? [String: String])?.keys.sorted() == ["curves", "log", "points", "summary", "workers"])
    }

    @Test func `the whole state has every cell and a plan that grew reloads the page`() throws {
        var state = makeState()
        let (_, whole) = try parse(PageEvents.whole(state, instance: "one"))
        #expect((whole["cells"] as? [Any])?.count == 3 * 4)
        var events = PageEvents(instance: "one")
        let longer = makeSweep(points: 3).tasks(dataDigest: digest)
        let touched = state.apply(SweepSnapshot(progress: SweepProgress(), tasks: longer))
        let (name, _) = try parse(events.change(state, touched, curves: true))
        #expect(name == "plan")
    }

    private func parse(_ event: ByteBuffer?) throws -> (String, [String: Any]) {
        let text = String(buffer: try #require(event))
        let match = try #require(text.wholeMatch(of: #/event: ([a-z]+)\ndata: ([^\n]*)\n\n/#))
        return (
            String(match.1), try #require(try JSONSerialization.jsonObject(with: Data(match.2.utf8)) as? [String: Any])
        )
    }
}

@Suite(.timeLimit(.minutes(1)))
struct EventFeedTests {
    @Test func `readers get what happened since they looked`() async {
        let feed = EventFeed()
        let version = feed.version
        feed.publish(ByteBuffer(string: "a"))
        feed.publish(ByteBuffer(string: "b"))
        guard case .events(let events, let reached) = await feed.next(after: version) else {
            Issue.record("no events")
            return
        }
        #expect(events.map { String(buffer: $0) } == ["a", "b"] && reached == feed.version)
    }

    @Test func `who missed too much begins anew`() async {
        let feed = EventFeed()
        for number in 0..<100 { feed.publish(ByteBuffer(integer: number)) }
        guard case .gap = await feed.next(after: 1) else { Issue.record("no gap"); return }
        feed.publish(nil)
        guard case .gap = await feed.next(after: feed.version - 1) else { Issue.record("no gap"); return }
    }

    @Test func `a waiting reader is woken by an event the end and its cancellation`() async {
        let feed = EventFeed()
        let first = Task { await feed.next(after: 0) }
        feed.publish(ByteBuffer(string: "a"))
        guard case .events = await first.value else { Issue.record("not woken"); return }
        let second = Task { await feed.next(after: 1) }
        second.cancel()
        guard case .end = await second.value else { Issue.record("not cancelled"); return }
        let third = Task { await feed.next(after: 1) }
        feed.close()
        guard case .end = await third.value else { Issue.record("not ended"); return }
    }

    @Test func `there is room for so many readers`() {
        let feed = EventFeed(readerLimit: 12)
        #expect((0..<12).allSatisfy { _ in feed.enter() })
        #expect(!feed.enter() && !feed.hasRoom)
        feed.leave()
        #expect(feed.enter() && feed.hasReaders)
    }
}
