import Experiment

/// The files of a bundle. There are no others: a name that is none of these is not read.
package enum BundleFile: Hashable, Sendable {
    /// The SHA-256 of every other file, as `sha256sum` writes and checks them.
    case manifest
    /// What was published, in a few lines.
    case facts
    /// The hosts that took part.
    case hosts
    /// A digest for the records of each task.
    case records
    /// Which test images each task got right.
    case outcomes
    /// As it was submitted.
    case sweep
    case table(ReportFile)

    package static let all: [BundleFile] =
        [.manifest, .facts, .hosts, .records, .outcomes, .sweep] + ReportFile.allCases.map { .table($0) }

    package var name: String {
        switch self {
        case .manifest: "MANIFEST"
        case .facts: "bundle.txt"
        case .hosts: "hosts.csv"
        case .records: "records.csv"
        case .outcomes: "outcomes.csv"
        case .sweep: "sweep.yaml"
        case .table(let file): file.rawValue
        }
    }

    package init?(name: String) {
        guard let file = Self.all.first(where: { $0.name == name }) else { return nil }
        self = file
    }

    /// The most bytes that it may have. What is read as a whole has no more than a large sweep needs.
    var byteLimit: Int {
        switch self {
        case .manifest, .facts: 64 << 10
        case .hosts, .records: 32 << 20
        // A hundred thousand tasks of ten thousand images.
        case .outcomes: 256 << 20
        case .sweep: Sweep.fileByteLimit
        case .table: TarHeader.mostBytes
        }
    }

    /// Whether every bundle has it. Which tables there are depends on the sweep.
    var isInEveryBundle: Bool {
        if case .table = self { return false }
        return true
    }
}

extension ReportFile {
    /// The tables that hold what tasks reported, to the last bit: the others follow from them.
    package static let ofRecords: [ReportFile] = [.epochs, .gradientNorms, .layerGradients]

    /// Whether it follows from the records. The table of executions has times and hosts, which nothing else tells.
    package var followsFromRecords: Bool { self != .attempts }
}
