import CZeroMQ

/// What the socket thread sleeps on.
struct PollSet {
    private var items: [zmq_pollitem_t] = []

    mutating func add(_ socket: borrowing Socket, receiving: Bool, sending: Bool) {
        let events = (receiving ? ZMQ_POLLIN : 0) | (sending ? ZMQ_POLLOUT : 0)
        items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(events), revents: 0))
    }

    mutating func add(descriptor: Int32) {
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    }

    mutating func removeAll() { items.removeAll(keepingCapacity: true) }

    /// Sleeps until one of them is ready or the deadline has passed; `nil` waits without end.
    mutating func wait(until deadline: ContinuousClock.Instant?) {
        callZeroMQ("zmq_poll") { zmq_poll(&items, Int32(items.count), Self.milliseconds(until: deadline)) }
    }

    /// Rounded up, lest the thread wakes just before the deadline and spins. At most an hour.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int {
        guard let deadline else { return -1 }
        let remaining = min(max(deadline - .now, .zero), .seconds(3600))
        return Int((remaining / .milliseconds(1)).rounded(.up))
    }
}
