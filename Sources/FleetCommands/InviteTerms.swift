import CommandOutput
import Transport

/// What `sweep invite` was asked to allow, as it was written.
package struct InviteTerms {
    /// `--name`.
    package var name: String?
    /// `--expires`: a number and `s`, `m`, `h` or `d`; or `never`.
    package var expires = "24h"
    package var uses = 1
    package var needsApproval = false

    package init() {}

    /// - Throws: `CommandFailure` of code `.usage`.
    func checked() throws(CommandFailure) -> (name: KeyName?, terms: Invite.Terms) {
        guard Invite.Terms.useLimits.contains(uses) else {
            throw CommandFailure(
                "--uses \(uses): give \(Invite.Terms.useLimits.lowerBound) to \(Invite.Terms.useLimits.upperBound)",
                exitCode: .usage)
        }
        let terms = Invite.Terms(lifetime: try lifetime(), useLimit: uses, needsApproval: needsApproval)
        guard let name else { return (nil, terms) }
        do {
            return (try KeyName(name), terms)
        } catch {
            throw CommandFailure("--name: \(error)", exitCode: .usage)
        }
    }

    /// `nil` for never.
    private func lifetime() throws(CommandFailure) -> Duration? {
        if expires == "never" { return nil }
        guard let time = timeSpan(expires, longest: .seconds(3650 * 86_400)) else {
            throw CommandFailure(
                "--expires \(expires): give a time such as 90s, 30m, 24h or 7d, ten years at most, or never",
                exitCode: .usage)
        }
        return time
    }
}

/// A time as options have it: a number from 1 on and `s`, `m`, `h` or `d`. `nil` where it is none, or too long.
func timeSpan(_ text: String, longest: Duration) -> Duration? {
    let units = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let digits = text.dropLast()
    guard let unit = text.last.flatMap({ units[String($0)] }), digits.allSatisfy({ ("0"..."9").contains($0) }),
        let count = Int(digits), count >= 1, count <= Int(longest.components.seconds) / unit
    else { return nil }
    return .seconds(count * unit)
}
