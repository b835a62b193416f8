/// The producers' side of a mailbox.
///
/// A consumer that listens to several producers has one mailbox, whose elements are of its own type: each producer then
/// has an inlet that turns what it knows into such an element.
public struct Inlet<Element: Sendable>: Sendable {
    private let offerElement: @Sendable (Element, (any RoomWaiter)?) -> Bool
    private let putElement: @Sendable (Element) -> Void

    init(
        offer: @escaping @Sendable (Element, (any RoomWaiter)?) -> Bool,
        put: @escaping @Sendable (Element) -> Void
    ) {
        offerElement = offer
        putElement = put
    }

    /// As `Mailbox.offer`.
    public func offer(_ element: Element) -> Bool { offerElement(element, nil) }

    /// As `Mailbox.offer(_:waking:)`.
    func offer(_ element: Element, waking waiter: any RoomWaiter) -> Bool { offerElement(element, waiter) }

    /// As `Mailbox.put`.
    public func put(_ element: Element) { putElement(element) }
}

extension Mailbox {
    /// An inlet for elements that `transform` turns into this mailbox's.
    public func inlet<Source: Sendable>(_ transform: @escaping @Sendable (Source) -> Element) -> Inlet<Source> {
        Inlet(
            offer: { [self] in
                if let waiter = $1 { offer(transform($0), waking: waiter) } else { offer(transform($0)) }
            },
            put: { [self] in put(transform($0)) })
    }

    /// An inlet for the mailbox's own elements.
    public var inlet: Inlet<Element> { inlet { $0 } }
}
