import NIOCore
import Reporting

/// Makes what open pages are sent, each event once for all of them.
package struct PageEvents {
    private let instance: String
    /// What the pages have of each fragment.
    private var shown: [PageFragment: HTML] = [:]

    package init(instance: String) {
        self.instance = instance
    }

    /// Everything: for a page that has just connected, or was cut off for a while.
    package static func whole(_ state: PageState, instance: String) -> ByteBuffer {
        event("state", instance) { json in
            write(PageFragment.allCases.map { ($0, $0.html(of: state)) }, to: &json)
            write(Array(0..<state.layout.ordinals.count), of: state, to: &json)
        }
    }

    /// Nobody was there for a change: those who come are given the whole state, and nothing is known to be shown.
    package mutating func skip() { shown = [:] }

    /// What changed since the last call; `nil` if a page would look the same.
    ///
    /// - Parameter curves: whether curves and points shall be drawn again, which is most of the work and the bytes.
    package mutating func change(_ state: PageState, _ touched: PageState.Touched, curves: Bool) -> ByteBuffer? {
        if touched.everything {
            shown = [:]
            return Self.event("plan", instance) { _ in }
        }
        let fragments = PageFragment.allCases.filter { curves || $0 != .curves && $0 != .points }
        let changed = fragments.map { ($0, $0.html(of: state)) }.filter { shown[$0] != $1 }
        guard !changed.isEmpty || !touched.cells.isEmpty else { return nil }
        for (fragment, html) in changed { shown[fragment] = html }
        return Self.event("state", instance) { json in
            Self.write(changed, to: &json)
            Self.write(touched.cells.sorted(), of: state, to: &json)
        }
    }

    /// The last one: the script does not connect again after it.
    package static func over(_ state: PageState, instance: String) -> ByteBuffer {
        event("over", instance) { json in
            let text = "The sweep is \(state.standing). This is its last state; the files are in \(state.directory)."
            json.member("text", text)
        }
    }

    /// Nothing happened, and the coordinator is there.
    static let alive = ByteBuffer(string: "event: alive\ndata: {}\n\n")

    private static func event(_ name: String, _ instance: String, _ members: (inout JSONText) -> Void) -> ByteBuffer {
        var json = JSONText()
        json.object { json in
            json.member("instance", instance)
            members(&json)
        }
        var event = ByteBuffer(string: "event: \(name)\ndata: ")
        event.writeBytes(json.bytes)
        event.writeString("\n\n")
        return event
    }

    private static func write(_ fragments: [(PageFragment, HTML)], to json: inout JSONText) {
        json.name("html")
        json.object { json in
            for (fragment, html) in fragments { json.member(fragment, html) }
        }
    }

    /// `[place, code, epochs, …]`: flat, since there may be thousands.
    private static func write(_ cells: [Int], of state: PageState, to json: inout JSONText) {
        json.name("cells")
        json.array { json in
            for cell in cells {
                guard let ordinal = state.layout.ordinals[cell] else { continue }
                let status = state.statuses[ordinal]
                json.number(cell)
                json.string(MapCell(status, epochs: state.tasks[ordinal].parameters.epochs).code)
                json.number(status.epochs)
            }
        }
    }
}

extension JSONText {
    fileprivate mutating func member(_ fragment: PageFragment, _ html: HTML) {
        name(fragment)
        string(html)
    }

    private mutating func name(_ fragment: PageFragment) {
        switch fragment {
        case .summary: name("summary")
        case .workers: name("workers")
        case .curves: name("curves")
        case .points: name("points")
        case .log: name("log")
        }
    }
}
