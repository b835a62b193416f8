import Foundation

/// What a command prints with `--format json`: one line, with the keys sorted, and their words apart by underscores.
///
/// - Throws: where a value has no JSON, as a number that is not finite.
package func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
