import CommandOutput
import Commands
import Glibc
import HostSystem
import Journal
import Transport

/// An invite, and the token with which hosts use it.
package struct Invitation {
    package let token: JoinToken
    /// What the invite is called.
    package let name: String
    /// The invite's name, and what it allows.
    package let summary: String
    /// What `ReachableEndpoint.note` says, and when the token ends sooner than its invite was asked to.
    package let note: String?

    /// Makes the invite.
    ///
    /// - Parameters:
    ///   - terms: what it allows.
    ///   - run: whose coordinator shall let the host in.
    ///   - address: under which the host reaches this one, as the user says; `nil` for the most likely one.
    ///   - keyDirectory: where the keys of this user are, or why there is no place for them.
    ///   - addresses: of this host, the most likely one first.
    /// - Throws: `CommandFailure` where the token would let nobody in; a `JournalError`.
    package init(
        to run: ChosenRun, _ terms: InviteTerms = InviteTerms(), address: String?,
        keyDirectory: Result<String, TransportError> = ownKeyDirectory(),
        addresses: [HostAddress] = HostAddress.all()
    ) throws {
        let expires = terms.expires
        let (label, terms) = try terms.checked()
        try Self.checkOwner(of: run.directory)
        let settings = try run.reader().settings()
        guard let text = settings[.endpoint] else {
            let message = "this sweep takes no workers of other hosts; start it with --listen tcp://ADDR:PORT"
            throw CommandFailure(message, exitCode: .usage)
        }
        do {
            let directory = try keyDirectory.get()
            try Self.checkKeys(in: directory, against: settings[.coordinatorKey], of: run.directory)
            let choice = try ReachableEndpoint(Endpoint(text), address: address, addresses: addresses)
            let store = try KeyStore(directory: directory)
            // The rotation first: where it is finished in between, its key is the present one.
            let rotation = try store.rotation(), now = WallTime.now
            let present = try store.coordinatorKeys().publicKey
            let (name, keys) = try store.invite(label, terms, at: now)
            // Whoever comes after the present key's end finds the next one.
            let successor = rotation.flatMap { $0.isDue(at: now) ? $0.next.publicKey : nil }
            token = try JoinToken(
                endpoint: choice.endpoint, coordinatorKey: successor ?? present, workerKeys: keys)
            self.name = "\(name)"
            summary = Self.summary(name, terms, expires: expires)
            let ending = successor == nil ? rotation.flatMap { Self.note(on: $0, terms, at: now) } : nil
            let notes = [choice.note, ending].compactMap { $0 }
            note = notes.isEmpty ? nil : notes.joined(separator: "\n")
        } catch let error as TransportError {
            throw CommandFailure(error.description, exitCode: error.code == .nameTaken ? .usage : .failed)
        }
    }

    private static func note(on rotation: KeyRotation, _ terms: Invite.Terms, at now: WallTime) -> String? {
        if let lifetime = terms.lifetime, now + lifetime <= rotation.due { return nil }
        return "The coordinator's key changes at \(rotation.due.text): the token is worth nothing from then on. A "
            + "worker that came with it before goes on."
    }

    private static func summary(_ name: KeyName, _ terms: Invite.Terms, expires: String) -> String {
        let uses = terms.useLimit == 1 ? "for one host" : "for \(terms.useLimit) hosts"
        let time = terms.lifetime == nil ? "without an end" : "within \(expires)"
        return "the invite \(name), \(uses), \(time)" + (terms.needsApproval ? ", each to be approved" : "")
    }

    /// A token of another user's keys would let nobody in: the coordinator asks its own.
    private static func checkOwner(of run: RunDirectory) throws(CommandFailure) {
        var status = stat()
        guard stat(run.path, &status) != 0 || status.st_uid == geteuid() else {
            let owner = userName(status.st_uid)
            throw CommandFailure(
                "\(run) belongs to user \(owner), whose coordinator would not admit a token of yours; "
                    + "run this as that user: sudo -u \(owner) sweep invite --out \(run)")
        }
    }

    /// A token of other keys of this user would let nobody in either.
    private static func checkKeys(
        in directory: String, against coordinatorKey: String?, of run: RunDirectory
    ) throws {
        // Earlier versions did not say.
        guard let coordinatorKey else { return }
        let present = try KeyStore.coordinatorKey(in: directory)
        // It may have got another one since it wrote down its key.
        let former = try KeyStore.existing(in: directory)?.formerKeys() ?? []
        guard ([present].compactMap { $0 } + former).contains(where: { $0.text == coordinatorKey }) else {
            throw CommandFailure(
                "the coordinator of \(run) does not use the keys in \(directory), and would not admit a token made "
                    + "there; run this with the HOME and XDG_CONFIG_HOME that sweep run has")
        }
    }
}
