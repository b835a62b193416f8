import Foundation
import Testing

/// An event that a coordinator tells, where it was started with `--log-format json`.
struct ProgramEvent: Decodable {
    /// The word for programs; `message` is for people, and says the same in words that change.
    let event: String
    let endpoint: String?
    let label: String?
    let address: String?
    /// Workers that did not answer.
    let unreached: Int?

    /// `nil` for a line that is no event.
    init?(line: Substring) {
        guard let event = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = event
    }
}

extension Program {
    /// Waits until the program has told an event of this name.
    ///
    /// - Returns: the first one.
    @discardableResult
    func waitForEvent(
        _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProgramEvent {
        try await waitForErrorLine("the event \(name)", sourceLocation: sourceLocation) {
            ProgramEvent(line: $0)?.event == name
        }
        let events = errors.split(separator: "\n").compactMap(ProgramEvent.init)
        return try #require(events.first { $0.event == name }, sourceLocation: sourceLocation)
    }
}
