import Foundation
import Testing

/// An event that a coordinator tells, where it was started with `--log-format json`.
struct ProgramEvent: Decodable {
    /// The word for programs; `message` is for people, and says the same in words that change.
    let event: String
    let endpoint: String?
    let label: String?
    let address: String?
    let reason: String?
    /// Of whom it tells.
    let worker: String?
    /// Workers that did not answer.
    let unreached: Int?
    /// States that are awaited, or tasks that a request concerns.
    let count: Int?
    let bytes: Int?
    /// Of the sweep's page.
    let url: String?
    /// Of a command that ends.
    let exitCode: Int?

    /// `nil` for a line that is no event.
    init?(line: Substring) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let event = try? decoder.decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = event
    }
}

extension Program {
    /// Waits until the program has told an event of this name.
    ///
    /// - Parameter isMeant: tells the event from others of its name.
    /// - Returns: the first one.
    @discardableResult
    func waitForEvent(
        _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
        where isMeant: @escaping @Sendable (ProgramEvent) -> Bool = { _ in true }
    ) async throws -> ProgramEvent {
        try await waitForErrorLine("the event \(name)", sourceLocation: sourceLocation) {
            ProgramEvent(line: $0).map { $0.event == name && isMeant($0) } == true
        }
        let events = errors.split(separator: "\n").compactMap(ProgramEvent.init)
        return try #require(events.first { $0.event == name && isMeant($0) }, sourceLocation: sourceLocation)
    }

    /// Where workers can join, once they can.
    func endpoint(sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let event = try await waitForEvent("listening", sourceLocation: sourceLocation)
        return try #require(event.endpoint, sourceLocation: sourceLocation)
    }

    /// The address of the sweep's page, once it is served, told in words alone or in the words of an event.
    func page(sourceLocation: SourceLocation = #_sourceLocation) async throws -> URL {
        try await waitForErrorLine("the page's address", sourceLocation: sourceLocation) {
            $0.contains("The sweep's page: ")
        }
        let address = errors.firstMatch(of: /The sweep's page: ([^\s"]+)/)?.1
        return try #require(address.flatMap { URL(string: String($0)) }, sourceLocation: sourceLocation)
    }
}
