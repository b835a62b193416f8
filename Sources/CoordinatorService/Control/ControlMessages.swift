import Experiment
import Foundation
import Messages

/// The version of the control socket's messages that this build speaks.
package enum ControlVersion {
    package static let current = 1
}

/// A question of a command to a running coordinator: one line of JSON.
///
///     {"version":1,"request":"drain","worker":"north-1"}
///     {"version":1,"request":"cancel","tasks":["0a1b…"]}
package struct ControlQuestion: Codable, Equatable {
    package enum Name: String, Codable {
        case pause, resume, drain, restore, cancel, retry, audit, forget
    }

    package var version = ControlVersion.current
    package var request: Name
    /// The worker that `drain` or `restore` is about.
    package var worker: String?
    /// The tasks that `cancel` or `retry` is about, where no task stands for all; the one task of `audit`.
    package var tasks: [String]?
    /// Of `forget`: the digest of a worker's key, and who wants it why.
    package var key: String?
    package var reason: String?

    package init(_ request: SweepRequest) {
        switch request {
        case .pause: self.request = .pause
        case .resume: self.request = .resume
        case .drain(let worker): (self.request, self.worker) = (.drain, worker.rawValue)
        case .restore(let worker): (self.request, self.worker) = (.restore, worker.rawValue)
        case .cancel(let tasks): (self.request, self.tasks) = (.cancel, tasks.map(\.rawValue))
        case .retry(let tasks): (self.request, self.tasks) = (.retry, tasks.map(\.rawValue))
        case .audit(let task): (self.request, self.tasks) = (.audit, [task.rawValue])
        case .forget(let key, let reason): (self.request, self.key, self.reason) = (.forget, key.rawValue, reason)
        }
    }

    /// The request to the board; `nil` where a field is missing or has no valid value.
    package var checked: SweepRequest? {
        let worker = worker.flatMap(WorkerID.init(rawValue:))
        let ids = (tasks ?? []).map(TaskID.init(rawValue:))
        guard !ids.contains(nil) else { return nil }
        let tasks = ids.compactMap { $0 }
        switch request {
        case .pause: return .pause
        case .resume: return .resume
        case .drain: return worker.map { .drain($0) }
        case .restore: return worker.map { .restore($0) }
        case .cancel: return .cancel(tasks)
        case .retry: return .retry(tasks)
        case .audit: return tasks.count == 1 ? .audit(tasks[0]) : nil
        case .forget: return key.flatMap(WorkerKey.init(rawValue:)).map { .forget($0, reason: reason ?? "") }
        }
    }
}

/// An answer of a coordinator: one line of JSON.
///
///     {"version":1,"done":3}
///     {"version":1,"refused":"no worker north-1 here"}
package struct ControlReply: Codable, Equatable {
    package var version = ControlVersion.current
    package var done: Int?
    package var refused: String?

    package init(_ answer: SweepAnswer) {
        switch answer {
        case .done(let count): done = count
        case .refused(let reason): refused = reason
        }
    }

    /// `nil` where it says neither.
    package var checked: SweepAnswer? { refused.map { .refused(reason: $0) } ?? done.map { .done(count: $0) } }
}

/// The messages as lines. Both ends read the version before anything else, since another one may differ in the rest.
package enum ControlLine {
    private struct Head: Codable {
        var version: Int
    }

    package enum Fault: Error, Equatable {
        case version(Int)
        case malformed
    }

    package static func encoded(_ message: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            return [UInt8](try encoder.encode(message))
        } catch {
            preconditionFailure("texts and whole numbers always encode: \(error)")
        }
    }

    /// - Throws: `malformed`, or `version` where the line is of another version.
    package static func decoded<Message: Decodable>(_ type: Message.Type, _ line: [UInt8]) throws(Fault) -> Message {
        let data = Data(line)
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else { throw .malformed }
        guard head.version == ControlVersion.current else { throw .version(head.version) }
        guard let message = try? JSONDecoder().decode(type, from: data) else { throw .malformed }
        return message
    }
}
