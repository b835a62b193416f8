import NIOCore
import Synchronization

/// The newest state, for whoever asks, and what was rendered of it.
final class PageStore: Sendable {
    /// What is rendered as a whole.
    enum Document: Hashable, Sendable {
        case page, json, metrics, events
    }

    private struct Content {
        /// `nil` until the coordinator has begun.
        var state: PageState?
        var rendered: [Document: ByteBuffer] = [:]
    }

    private let content = Mutex(Content())

    var state: PageState? { content.withLock { $0.state } }

    func set(_ state: PageState) {
        content.withLock { $0 = Content(state: state) }
    }

    /// The document of the newest state; made once, however many ask. `nil` until there is a state.
    func document(_ document: Document, instance: String) -> ByteBuffer? {
        let (state, rendered) = content.withLock { ($0.state, $0.rendered[document]) }
        guard rendered == nil, let state else { return rendered }
        // Not under the lock: the update of the state must not wait for it. A few may render the same at a time.
        let version = state.version
        let made = Self.render(document, state, instance: instance)
        content.withLock { if $0.state?.version == version { $0.rendered[document] = made } }
        return made
    }

    private static func render(_ document: Document, _ state: PageState, instance: String) -> ByteBuffer {
        switch document {
        case .page: ByteBuffer(bytes: pageHTML(of: state, instance: instance).bytes)
        case .json: ByteBuffer(bytes: sweepJSON(of: state))
        case .metrics: ByteBuffer(bytes: prometheusText(of: state))
        case .events: PageEvents.whole(state, instance: instance)
        }
    }
}
