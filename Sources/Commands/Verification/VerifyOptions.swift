import CommandOutput
import Experiment
import HostSystem
import Verification

/// What `sweep verify` is asked for.
package struct VerifyOptions: Sendable {
    /// How many tasks are trained again; `nil` where nobody says.
    package var tasks: Int?
    /// In percent, with or without its sign; `nil` where nobody says.
    package var sample: String?
    package var tablesOnly = false
    /// `nil` for that of a check which was interrupted, or one that is drawn.
    package var seed: UInt64?
    /// Where CIFAR-10's batches are; `nil` for the cache.
    package var data: String?
    package var threads = Self.usefulThreads

    package init() {}

    /// A trainer has work for no more.
    package static let usefulThreads = min(4, max(1, HostCores.allowed().count))

    /// - Throws: `CommandFailure` of code `.usage` where options contradict each other, or are out of their range.
    package func size() throws(CommandFailure) -> TaskSample.Size {
        guard [tasks != nil, sample != nil, tablesOnly].count(where: { $0 }) <= 1 else {
            throw refusal("give one of --tasks, --sample and --tables-only")
        }
        guard (1...1024).contains(threads) else { throw refusal("--threads \(threads): give 1 to 1024") }
        if tablesOnly { return .count(0) }
        if let tasks {
            guard tasks >= 0 else { throw refusal("--tasks \(tasks): give 0 or more") }
            return .count(tasks)
        }
        guard let share = share(ofPercent: sample ?? "5%") else {
            throw refusal("--sample \(sample ?? ""): give 0% to 100%, such as 5%")
        }
        return .share(share)
    }

    private func refusal(_ message: String) -> CommandFailure { CommandFailure(message, exitCode: .usage) }
}

/// A share of the whole, from 0 to 1; `nil` where the text is no percentage, with or without its sign.
package func share(ofPercent text: String) -> Double? {
    let number = text.hasSuffix("%") ? String(text.dropLast()) : text
    guard case .value(let percent) = DecimalNumber(number), (0...100).contains(percent) else { return nil }
    return percent / 100
}
