import CommandOutput
import Experiment
import Glibc
import Transport

/// What `sweep keys approve`, `sweep keys rotate` and `sweep revoke` do, and what they say.
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

    /// Ends the admission of one worker's key, an invite, or both where they have one name.
    ///
    /// - Parameters:
    ///   - choice: a label, a worker's name, or the beginning of a key's digest.
    ///   - names: what workers call themselves, as `workerNames` reads it.
    /// - Returns: what to say, a line for each key or invite.
    /// - Throws: `CommandFailure` where nothing or several are meant, or the keys cannot be read or written.
    package static func revoke(
        _ choice: String, amongWorkers names: [WorkerKey: [WorkerID]] = [:], reason: String?,
        in directory: Result<String, TransportError> = ownKeyDirectory(), by user: String = ownUserName()
    ) throws(CommandFailure) -> [String] {
        try revoke(self.choice(choice, names, in: directory), reason: reason, in: directory, by: user)
    }

    static func revoke(
        _ choice: RevocationChoice, reason: String?, in directory: Result<String, TransportError>, by user: String
    ) throws(CommandFailure) -> [String] {
        do {
            let revocation = Revocation(by: user, at: .now, reason: reason ?? "")
            let (revoked, stayingCount) = try existing(in: directory)
                .revoke(worker: choice.worker?.key, invite: choice.invite, revocation)
            return revoked.map { line($0, stayingCount: choice.worker == nil ? stayingCount : 0) }
        } catch {
            throw failure(error)
        }
    }

    /// What is meant, among the keys and invites of the store and the workers of sweeps.
    ///
    /// - Parameter includingRevoked: also a key that was revoked before.
    /// - Throws: `CommandFailure` where nothing or several are meant, or the keys cannot be read.
    static func choice(
        _ text: String, _ names: [WorkerKey: [WorkerID]], includingRevoked: Bool = false,
        in directory: Result<String, TransportError>
    ) throws(CommandFailure) -> RevocationChoice {
        let known: [KeyStore.KnownKey], invites: [Invite], faults: [TransportError]
        do {
            let store = try existing(in: directory)
            (known, invites, faults) = (try store.knownKeys(), try store.invites(), try store.faults())
        } catch {
            throw failure(error)
        }
        var candidates = [WorkerKey: RevocationChoice.Candidate]()
        for (key, names) in names { candidates[key] = RevocationChoice.Candidate(key, names: names.sorted()) }
        for key in known {
            var candidate = candidates[key.digest] ?? RevocationChoice.Candidate(key.digest)
            candidate.labels.append(key.label)
            candidate.isRevoked = key.isRevoked
            candidates[key.digest] = candidate
        }
        do {
            return try RevocationChoice(
                text, among: candidates.values.sorted { $0.key < $1.key }, invites, includingRevoked: includingRevoked)
        } catch {
            // What is meant may be in a file that says nothing.
            guard let fault = faults.first else { throw error }
            throw CommandFailure("\(error.message); \(fault)", exitCode: error.exitCode)
        }
    }

    /// Gives the coordinators of this user another key.
    ///
    /// - Parameters:
    ///   - grace: how long the present one lasts, as it was written; `nil` for a day.
    ///   - endsNow: it ends at once, also where it is changing already.
    /// - Returns: what to say, a line each.
    /// - Throws: `CommandFailure` where the key is changing already, a time is none, or the keys cannot be read or
    ///   written.
    package static func rotate(
        grace: String? = nil, endsNow: Bool = false, in directory: Result<String, TransportError> = ownKeyDirectory(),
        at now: WallTime = .now
    ) throws(CommandFailure) -> [String] {
        guard grace == nil || !endsNow else {
            throw CommandFailure("give --grace or --now, not both", exitCode: .usage)
        }
        let grace = grace ?? defaultGrace
        guard let time = timeSpan(grace, longest: .seconds(365 * 86_400)) else {
            throw CommandFailure(
                "--grace \(grace): give a time such as 90s, 30m, 24h or 7d, a year at most", exitCode: .usage)
        }
        do {
            let store = try existing(in: directory)
            guard endsNow else { return lines(try store.beginRotation(grace: time, at: now), at: now) }
            // Where none is under way, one is made that is over at once.
            if let hastened = try store.hastenRotation(at: now) { return lines(hastened, at: now) }
            return lines(try store.beginRotation(grace: .zero, at: now), at: now)
        } catch {
            throw failure(error)
        }
    }

    package static let defaultGrace = "24h"

    private static func lines(
        _ outcome: (rotation: KeyRotation, endedInviteCount: Int), at now: WallTime
    ) -> [String] {
        let digest = KeyDigest(of: outcome.rotation.next.publicKey)
        let isOver = outcome.rotation.isDue(at: now)
        var lines = [
            isOver
                ? "The coordinator's key changes now (to \(digest)). Workers that are connected go on with the new "
                    + "one; any other one needs a new token."
                : "The coordinator's key changes at \(outcome.rotation.due.text) (to \(digest)). Workers that are "
                    + "connected at some time until then go on with the new one; any other one needs a new token."
        ]
        if outcome.endedInviteCount > 0 {
            let invites = counted(outcome.endedInviteCount, "open invite")
            lines.append(
                "\(invites) \(outcome.endedInviteCount == 1 ? "ends" : "end") with the old key: sweep invite "
                    + "makes new ones\(isOver ? "" : " from then on").")
        }
        return lines
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
        let usage: [TransportError.Code] = [.unknownName, .ambiguousName, .rotationUnderWay]
        return CommandFailure(error.description, exitCode: usage.contains(error.code) ? .usage : .failed)
    }
}

/// The name of the user who runs this command, or the number where the user has none.
package func ownUserName() -> String { userName(geteuid()) }

func userName(_ user: uid_t) -> String {
    guard let entry = getpwuid(user) else { return "\(user)" }
    return String(cString: entry.pointee.pw_name)
}
