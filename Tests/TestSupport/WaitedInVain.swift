/// The time limit of a test ended one of its waits.
///
/// The limit cancels the test's task, and everything in test support that waits ends then: a test that waits for ever
/// would say nothing of what it waits for. So there is one number for a test, and none for each wait in it.
package struct WaitedInVain: Error, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - what: what did not come: “the end of process 12”.
    ///   - knowledge: what is known of it instead.
    package init(for what: String, knowledge: String = "") {
        let rest = knowledge.isEmpty ? "" : "\n\(knowledge)"
        description = "the test's time was over, and it waited for \(what)\(rest)"
    }
}

/// Waits until a condition holds of which nobody tells, such as the state of a process that is no child: looks again
/// and again.
///
/// - Parameters:
///   - what: what does not come, if it does not.
///   - knowledge: what is known instead when the time is over.
/// - Throws: `WaitedInVain` when the test's time is over; what `condition` throws.
package func waitUntil(
    _ what: String, knowing knowledge: @autoclosure () -> String = "", _ condition: () throws -> Bool
) async throws {
    while try !condition() {
        do {
            try await Task.sleep(for: .milliseconds(10))
        } catch {
            throw WaitedInVain(for: what, knowledge: knowledge())
        }
    }
}
