/// The architecture: which target may import what, lowest first.
///
/// A target imports what stands above it in this table and nothing else, so there are no circles. The manifest's
/// dependencies are these imports, neither more nor fewer. `toolchain` are modules that come with Swift and the system;
/// a target without `Glibc` and `Foundation` can do no input or output, whatever its code says.
enum Architecture {
    struct Target: Sendable {
        let name: String
        /// Of this package or of others.
        let imports: [String]
        let toolchain: [String]

        init(_ name: String, _ imports: String = "", toolchain: String = "") {
            self.name = name
            self.imports = imports.split(separator: " ").map(String.init)
            self.toolchain = toolchain.split(separator: " ").map(String.init)
        }
    }

    static let targets: [Target] = [
        // C libraries, and what Swift cannot import of the system's headers.
        Target("CLinux"),
        Target("CBuild"),
        Target("CVectors"),
        Target("CZeroMQ"),
        Target("COpenBLAS"),

        // Arithmetic, and nothing else.
        Target("Kernels"),
        Target("KernelsAVX2", "CVectors Kernels"),
        Target("KernelsAVX512", "CVectors Kernels"),

        // Tests, intervals and sizes of effects: numbers in, numbers out.
        Target("Statistics"),

        // The words of a sweep. No input and output, no clock.
        Target("Experiment", "Crypto Statistics Yams"),

        // What a host gives: files that stay, processes, directories.
        Target("HostSystem", "CLinux", toolchain: "Glibc Synchronization"),
        Target("DurableFiles", "HostSystem", toolchain: "Glibc"),
        Target("ChildProcesses", "CLinux HostSystem", toolchain: "Foundation Glibc Synchronization"),

        // How a sweep stands. No input and output, no clock.
        Target("Status", "Experiment"),

        // Decisions, and the messages that carry them. No input and output, no clock.
        Target("Messages", "Experiment"),
        Target("Scheduling", "Experiment Messages Status"),
        Target("Wire", "Experiment Messages Statistics SwiftProtobuf", toolchain: "Foundation"),

        // The engine, which knows nothing of workers.
        Target(
            "Training", "ChildProcesses Crypto Experiment HostSystem Kernels KernelsAVX2 KernelsAVX512 Statistics",
            toolchain: "Foundation Glibc"),

        // What a coordinator says while it works, and to whom.
        Target("Notices", "Experiment Messages Status", toolchain: "Foundation"),

        // One job each: the network, the journal, the tables and pages.
        Target(
            "Transport", "CZeroMQ ChildProcesses Crypto DurableFiles Experiment HostSystem Logging Messages",
            toolchain: "Glibc Synchronization"),
        Target(
            "Journal", "DurableFiles Experiment GRDB HostSystem Scheduling Statistics Status",
            toolchain: "Foundation Glibc Synchronization"),
        Target(
            "Reporting", "ChildProcesses DurableFiles Experiment Statistics Status",
            toolchain: "Dispatch Foundation Glibc"),

        // Out of the journal into tables and pages.
        Target("Results", "Experiment Journal Reporting Statistics"),

        // What was published, as an archive that others can check. It knows neither journal nor training.
        Target("Verification", "Crypto DurableFiles Experiment HostSystem Reporting Statistics", toolchain: "Glibc"),

        // What a command prints, and where it ends.
        Target(
            "CommandOutput", "Experiment HostSystem Logging", toolchain: "Dispatch Foundation Glibc Synchronization"),

        // What people look at in a terminal.
        Target(
            "Console", "CommandOutput Experiment Notices Status", toolchain: "Foundation Synchronization"),

        // Commands that need no fleet, and so no network: tables, figures, plans, one training.
        Target(
            "Commands",
            """
            CBuild ChildProcesses CommandOutput Console DurableFiles Experiment HostSystem Journal Reporting Results \
            Status Training Verification
            """, toolchain: "Foundation Synchronization"),

        // Shells around the decisions.
        Target(
            "CoordinatorService",
            """
            ChildProcesses DurableFiles Experiment HostSystem Journal Logging Messages Notices Reporting Results \
            Scheduling ServiceLifecycle Status Transport Wire
            """, toolchain: "Foundation Glibc Synchronization"),
        Target(
            "TrainerProgram", "ChildProcesses Experiment HostSystem Training Wire",
            toolchain: "Glibc Synchronization"),
        Target(
            "WorkerAgent",
            "ChildProcesses Experiment HostSystem Logging Messages Scheduling ServiceLifecycle Training Transport Wire",
            toolchain: "Foundation Glibc"),

        // The readers of what others wrote, as a fuzzer calls them.
        Target(
            "FuzzTargets", "CoordinatorService Experiment Messages Reporting Statistics Training Transport Wire",
            toolchain: "Glibc Synchronization"),

        // What people look at in a browser.
        Target(
            "Dashboard",
            """
            Experiment HTTPTypes HostSystem Hummingbird HummingbirdCore Logging NIOCore NIOHTTP1 NIOPosix Notices \
            Reporting ServiceLifecycle Status
            """, toolchain: "Foundation Glibc Synchronization"),

        // The fleet that tests and long runs simulate.
        Target(
            "Simulation", "Experiment Journal Messages Scheduling Statistics Status",
            toolchain: "Dispatch Foundation Glibc Synchronization"),

        // The fleet that a coordinator is measured with: real conversation, no training.
        Target("DispatchLoad", "Experiment Messages Scheduling Statistics"),

        // Commands that start, join or ask a fleet.
        Target(
            "FleetCommands",
            """
            ChildProcesses CommandOutput Commands CoordinatorService Experiment HostSystem Journal Logging Messages \
            Reporting Results Scheduling Status Training Transport Wire WorkerAgent
            """, toolchain: "Foundation Glibc"),

        // Programs: arguments and wiring.
        Target("sweep-sim", "ArgumentParser CommandOutput Simulation", toolchain: "Foundation"),
        Target(
            "sweep-bench",
            """
            ArgumentParser COpenBLAS ChildProcesses CommandOutput DispatchLoad Experiment HostSystem Kernels Logging \
            Messages Scheduling Training Transport Wire
            """, toolchain: "Foundation Glibc Synchronization"),
        Target(
            "sweep",
            """
            ArgumentParser ChildProcesses CommandOutput Commands Console CoordinatorService Dashboard Experiment \
            FleetCommands HostSystem Journal Logging Notices Results ServiceLifecycle TrainerProgram \
            UnixSignals WorkerAgent
            """, toolchain: "Dispatch Foundation Glibc Synchronization"),
    ]

    static subscript(_ name: String) -> Target? { targets.first { $0.name == name } }

    /// Folders of `Sources` that are no target, but part of each of these by links, which nobody here follows.
    private static let linked = ["KernelsVector": ["KernelsAVX2", "KernelsAVX512"]]

    /// The targets that compile a file.
    static func targets(of file: SourceFile) -> [Target] {
        guard let folder = file.target else { return [] }
        return (linked[folder] ?? [folder]).compactMap { self[$0] }
    }
}

extension SourceFile {
    /// The modules that it imports, with their lines.
    var imports: [(line: Int, module: String)] {
        swift.codeLines.enumerated().compactMap { index, line -> (line: Int, module: String)? in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal"].contains($0) })
            else { return nil }
            let module = words.dropFirst(place + 1).first { !importedKinds.contains($0) } ?? ""
            return (index + 1, String(module.prefix { $0 != "." }))
        }
    }
}

private let importedKinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
