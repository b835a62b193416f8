import Foundation
import Testing

/// A task is data with a declared schema, never code.
struct WhatAWorkerTakesTests {
    private struct Field {
        let name: String
        let type: String
    }

    /// The fields of each message, as the protocol's own text has them.
    private static func messages() throws -> [String: [Field]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Wire/Protocol/sweep.proto")
        var messages: [String: [Field]] = [:]
        var current = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if let match = line.firstMatch(of: /^message (\w+) \{/) {
                current = String(match.1)
                messages[current] = []
            } else if let match = line.firstMatch(of: /^\s+(?:optional |repeated )?(\w+) (\w+) = \d+;/) {
                messages[current]?.append(Field(name: "\(current).\(match.2)", type: String(match.1)))
            }
        }
        return messages
    }

    /// Whoever adds a field that holds text or bytes has to say here what it is, and what bounds it.
    @Test func `of what a coordinator says no field is a path, a command or code`() throws {
        let messages = try Self.messages()
        var waiting = ["FromCoordinator"]
        var seen: Set<String> = []
        var texts: Set<String> = []
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted else { continue }
            for field in try #require(messages[name], "\(name)") {
                if field.type == "string" || field.type == "bytes" { texts.insert(field.name) }
                if messages[field.type] != nil { waiting.append(field.type) }
            }
        }
        #expect(seen.isSuperset(of: ["Assignment", "CheckpointPiece", "Welcome", "Refusal"]))
        #expect(
            texts == [
                // Ids and hashes: hexadecimal digits of a fixed number. A task's id is the hash of its parameters.
                "AttemptName.task", "Assignment.data_digest", "CheckpointLabel.digest",
                // Words of closed lists.
                "Assignment.data", "Assignment.norm",
                // For people: without controls, of a bounded length.
                "Welcome.sweep", "Refusal.reason",
                // A worker's name: 1 to 64 letters, digits, - _ and dots.
                "NameTaken.use_instead",
                // A public key: 40 characters of Z85, which are decoded before they are used.
                "NextKey.public_key",
                // A checkpoint: read as numbers, of a size and a hash that were announced.
                "CheckpointPiece.content",
            ])
    }
}
