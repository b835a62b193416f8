import Experiment
import Scheduling
import Testing

/// Workers are led from the coordinator's present key to the next one.
struct KeyHandoverTests {
    private typealias Handover = KeyHandover<PretendConnection>
    private typealias Step = Delivery<PretendConnection>

    private static let grace = Duration.seconds(60)
    private let north = PretendConnection(1, key: "north")
    private let south = PretendConnection(2, key: "south")
    private let local = PretendConnection(3, key: "local")

    private func handover() -> Handover { Handover(listening: "old", localKey: local.key) }

    private func stored(_ time: Duration = grace, next: String = "new") -> StoredKeys {
        .init(present: "old", next: .init(key: next, presentEndsIn: time))
    }

    private func tell(_ connection: PretendConnection, _ time: Duration = grace) -> Step {
        .send(.nextKey("new", presentEndsIn: time), to: connection)
    }

    @Test func `nothing follows while the key stays, and nobody is asked for`() {
        var handover = handover()
        let steps = handover.follow(
            .init(present: "old"), { preconditionFailure("no worker has a part in it") }, at: .seconds(0))
        #expect(steps.isEmpty)
    }

    @Test func `each connection is told once, a later one when it comes, and the worker of the own host never`() {
        var handover = handover()
        #expect(
            handover.follow(stored(), { [north, local] }, at: .seconds(0))
                == [.changeKey(.announce(presentEndsIn: Self.grace)), tell(north)])
        #expect(handover.follow(stored(), { [north, local] }, at: .seconds(1)).isEmpty)
        #expect(handover.follow(stored(), { [north, south] }, at: .seconds(2)) == [tell(south)])
        let again = PretendConnection(4, key: "north")
        #expect(handover.follow(stored(), { [again, south] }, at: .seconds(3)) == [tell(again)])
    }

    @Test func `the old key ends at its time when every worker has the next one, and the listener follows`() {
        var handover = handover()
        _ = handover.follow(stored(), { [north, local] }, at: .seconds(0))
        handover.recordKeeping(of: "new", by: north.key)
        #expect(handover.follow(stored(.milliseconds(1)), { [north, local] }, at: .seconds(59)).isEmpty)
        #expect(handover.follow(stored(.zero), { [north, local] }, at: .seconds(60)) == [.changeKey(.finish)])
        #expect(
            handover.follow(.init(present: "new"), { [north, local] }, at: .seconds(61)) == [
                .changeKey(.listen(unreachedCount: 0))
            ]
        )
        #expect(handover.follow(.init(present: "new"), { [] }, at: .seconds(62)).isEmpty)
    }

    @Test func `a worker that does not answer is waited for, and not for ever`() {
        var handover = handover()
        #expect(
            handover.follow(stored(.zero), { [north, south] }, at: .seconds(0))
                == [.changeKey(.announce(presentEndsIn: .zero)), tell(north, .zero), tell(south, .zero)])
        handover.recordKeeping(of: "new", by: north.key)
        handover.recordKeeping(of: "another", by: south.key)
        #expect(handover.follow(stored(.zero), { [north, south] }, at: .seconds(4.9)).isEmpty)
        #expect(handover.follow(stored(.zero), { [north, south] }, at: .seconds(5)) == [.changeKey(.finish)])
        // The disk did not take it.
        #expect(handover.follow(stored(.zero), { [north, south] }, at: .seconds(6)) == [.changeKey(.finish)])
        #expect(
            handover.follow(.init(present: "new"), { [north, south] }, at: .seconds(7)) == [
                .changeKey(.listen(unreachedCount: 1))
            ])
    }

    @Test func `without workers the old key ends at once`() {
        var handover = handover()
        #expect(
            handover.follow(stored(.zero), { [local] }, at: .seconds(0)) == [
                .changeKey(.announce(presentEndsIn: .zero)), .changeKey(.finish),
            ])
    }

    @Test func `what another coordinator of the same keys finished is followed, also by one that saw nothing of it`() {
        var handover = handover()
        #expect(
            handover.follow(.init(present: "new"), { [north, local] }, at: .seconds(0)) == [
                .changeKey(.listen(unreachedCount: 1))
            ])
        // And it may get another one soon after.
        #expect(
            handover.follow(
                .init(present: "new", next: .init(key: "newer", presentEndsIn: Self.grace)), { [] }, at: .seconds(1))
                == [.changeKey(.announce(presentEndsIn: Self.grace))])
    }

    @Test func `a rotation that was withdrawn by hand is forgotten, and another one begins anew`() {
        var handover = handover()
        _ = handover.follow(stored(), { [north] }, at: .seconds(0))
        handover.recordKeeping(of: "new", by: north.key)
        #expect(handover.follow(.init(present: "old"), { [north] }, at: .seconds(1)).isEmpty)
        #expect(
            handover.follow(stored(.zero, next: "other"), { [north] }, at: .seconds(2)) == [
                .changeKey(.announce(presentEndsIn: .zero)), .send(.nextKey("other", presentEndsIn: .zero), to: north),
            ])
    }

    @Test func `a clock that is set back gives the workers their time again`() {
        var handover = handover()
        _ = handover.follow(stored(.zero), { [north] }, at: .seconds(0))
        #expect(handover.follow(stored(.seconds(1)), { [north] }, at: .seconds(4)).isEmpty)
        #expect(handover.follow(stored(.zero), { [north] }, at: .seconds(6)).isEmpty)
        #expect(handover.follow(stored(.zero), { [north] }, at: .seconds(11)) == [.changeKey(.finish)])
    }
}
