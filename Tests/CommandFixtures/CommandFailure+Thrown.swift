import CommandOutput

/// The failure that `body` throws; `nil` where it throws none, or something else.
package func commandFailure(_ body: () throws -> Void) -> CommandFailure? {
    do {
        try body()
        return nil
    } catch {
        return error as? CommandFailure
    }
}
