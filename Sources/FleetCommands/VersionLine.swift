import Commands
import Journal
import Wire

/// What `sweep --version` prints: what somebody needs to know who asks whether two hosts fit together.
package enum VersionLine {
    /// Hosts with the same protocol can work together; a journal opens in programs with its schema or a later one.
    package static let text = """
        sweep \(Version.build), commit \(Version.commit), protocol \(ProtocolVersion.current), \
        journal schema \(Journal.schemaVersion)
        """
}
