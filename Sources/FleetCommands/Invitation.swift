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
    /// What `ReachableEndpoint.note` says.
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
            let (name, keys) = try store.invite(label, terms)
            token = try JoinToken(
                endpoint: choice.endpoint, coordinatorKey: store.coordinatorKeys().publicKey, workerKeys: keys)
            self.name = "\(name)"
            summary = Self.summary(name, terms, expires: expires)
            note = choice.note
        } catch let error as TransportError {
            throw CommandFailure(error.description, exitCode: error.code == .nameTaken ? .usage : .failed)
        }
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
        guard try KeyStore.coordinatorKey(in: directory)?.text == coordinatorKey else {
            throw CommandFailure(
                "the coordinator of \(run) does not use the keys in \(directory), and would not admit a token made "
                    + "there; run this with the HOME and XDG_CONFIG_HOME that sweep run has")
        }
    }
}
