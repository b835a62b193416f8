import CommandOutput
import Glibc
import Transport

/// What `sweep keys approve` and `sweep revoke` do, and what they say.
package enum KeyCommands {
    /// - Returns: what to say.
    /// - Throws: `CommandFailure` where nobody of that name waits, or the keys cannot be read or written.
    package static func approve(
        _ choice: String, in directory: Result<String, TransportError> = ownKeyDirectory()
    ) throws(CommandFailure)
        -> String
    {
        do {
            let label = try existing(in: directory).approve(choice)
            return "\(label) is let in: its worker joins within seconds."
        } catch {
            throw failure(error)
        }
    }

    /// - Returns: what to say, a line for each key or invite.
    /// - Throws: `CommandFailure` where nothing or several are meant, or the keys cannot be read or written.
    package static func revoke(
        _ choice: String, reason: String?, in directory: Result<String, TransportError> = ownKeyDirectory(),
        by user: String = ownUserName()
    ) throws(CommandFailure) -> [String] {
        do {
            let revocation = Revocation(by: user, at: .now, reason: reason ?? "")
            let (revoked, stayingCount) = try existing(in: directory).revoke(choice, revocation)
            let endsWorker = revoked.contains { if case .worker = $0 { true } else { false } }
            return revoked.map { line($0, stayingCount: endsWorker ? 0 : stayingCount) }
        } catch {
            throw failure(error)
        }
    }

    private static func line(_ revoked: KeyStore.Revoked, stayingCount: Int) -> String {
        switch revoked {
        case .worker(let name, let digest):
            return "\(name) is revoked (key \(digest)): a running coordinator cuts it off now, and its tasks go on "
                + "elsewhere."
        case .invite(let name):
            let line = "The invite \(name) is revoked: nobody comes in with it any more."
            guard stayingCount > 0 else { return line }
            let who =
                stayingCount == 1
                ? "The worker that came with it stays"
                : "The \(stayingCount) workers that came "
                    + "with it stay"
            return "\(line) \(who): sweep keys lists them."
        }
    }

    static func existing(
        in directory: Result<String, TransportError> = ownKeyDirectory()
    ) throws(TransportError) -> KeyStore {
        let directory = try directory.get()
        guard let store = try KeyStore.existing(in: directory) else {
            throw TransportError(
                .fileSystem, "there are no keys in \(directory): no coordinator of yours has taken workers so far",
                remedy: "where it has another HOME or XDG_CONFIG_HOME, run this with the same")
        }
        return store
    }

    /// Where a choice means nothing or several things, the usage is wrong.
    private static func failure(_ error: TransportError) -> CommandFailure {
        let usage: [TransportError.Code] = [.unknownName, .ambiguousName]
        return CommandFailure(error.description, exitCode: usage.contains(error.code) ? .usage : .failed)
    }
}

/// The name of the user who runs this command, or the number where the user has none.
package func ownUserName() -> String { userName(geteuid()) }

func userName(_ user: uid_t) -> String {
    guard let entry = getpwuid(user) else { return "\(user)" }
    return String(cString: entry.pointee.pw_name)
}
