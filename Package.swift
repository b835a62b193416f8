// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

/// Kernels run at full speed in every configuration: a debug build of them would be a hundred times slower.
let optimised: [SwiftSetting] =
    // One thread and no batches: a debug build wants one object a file, and would otherwise not get it.
    strict + [.unsafeFlags(["-Ounchecked", "-wmo", "-num-threads", "1", "-disable-batch-mode"])]

func kernels(march: String) -> [SwiftSetting] {
    optimised + [.unsafeFlags(["-Xcc", "-march=\(march)"])]
}

#if arch(x86_64)
    // One source, one module for each instruction set: the folder Shared of each is a link to `KernelsVector`.
    let vectorKernels: [Target] = [
        .target(
            name: "KernelsAVX2", dependencies: ["CVectors", "Kernels"], swiftSettings: kernels(march: "x86-64-v3")),
        .target(
            name: "KernelsAVX512", dependencies: ["CVectors", "Kernels"], swiftSettings: kernels(march: "x86-64-v4")),
    ]
#else
    let vectorKernels: [Target] = []
#endif

/// The commit that is built, for `sweep --version`. Given by who builds, since this file is read once and then cached,
/// whatever commits come after.
let commit = (Context.environment["SWEEP_COMMIT"] ?? "").filter {
    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+")
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "sweep",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sweep", targets: ["sweep"]),
        .executable(name: "sweep-bench", targets: ["sweep-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: vectorKernels + [
        .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),

        .systemLibrary(name: "CLinux"),
        .target(name: "CBuild", cSettings: [.define("SWEEP_COMMIT", to: "\"\(commit.isEmpty ? "unknown" : commit)\"")]),
        .systemLibrary(name: "CVectors"),

        .target(name: "Kernels", swiftSettings: optimised),
        .target(name: "Statistics", swiftSettings: strict),
        .target(
            name: "Experiment", dependencies: ["Statistics", crypto, .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(name: "HostSystem", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "DurableFiles", dependencies: ["HostSystem"], swiftSettings: strict),
        .target(name: "ChildProcesses", dependencies: ["CLinux", "HostSystem"], swiftSettings: strict),

        .target(name: "Messages", dependencies: ["Experiment"], swiftSettings: strict),
        .target(
            name: "Wire",
            dependencies: [
                "Statistics", "Experiment", "Messages", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Protocol/enrolment.proto", "Protocol/sweep.proto", "Protocol/trainer.proto"],
            swiftSettings: strict),
        .target(name: "Status", dependencies: ["Experiment"], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["Experiment", "Messages", "Status"], swiftSettings: strict),
        .target(name: "Notices", dependencies: ["Experiment", "Messages", "Status"], swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: ["Statistics", "Experiment", "ChildProcesses", "HostSystem", "Kernels", crypto]
                + vectorKernels.map { .target(name: $0.name) },
            swiftSettings: strict),

        .target(
            name: "Transport",
            dependencies: [
                "CZeroMQ", "ChildProcesses", "DurableFiles", "Experiment", "HostSystem", "Messages", crypto, log,
            ],
            swiftSettings: strict),
        .target(
            name: "Journal",
            dependencies: [
                "Statistics", "Experiment", "Status", "Scheduling", "DurableFiles", "HostSystem",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "Reporting", dependencies: ["Statistics", "Experiment", "Status", "ChildProcesses", "DurableFiles"],
            swiftSettings: strict),

        .target(
            name: "Results", dependencies: ["Statistics", "Experiment", "Journal", "Reporting"], swiftSettings: strict),
        // What was published, as an archive that others can check: it knows neither journal nor training.
        .target(
            name: "Verification",
            dependencies: ["Statistics", "DurableFiles", "Experiment", "HostSystem", "Reporting", crypto],
            swiftSettings: strict),

        .target(
            name: "CommandOutput", dependencies: ["Experiment", "HostSystem", log], swiftSettings: strict),
        .target(
            name: "Console", dependencies: ["Experiment", "CommandOutput", "Notices", "Status"], swiftSettings: strict),
        // Commands that need no network: what uses no fleet links no ZeroMQ.
        .target(
            name: "Commands",
            dependencies: [
                "CBuild", "Experiment", "Status", "ChildProcesses", "DurableFiles", "HostSystem", "Training", "Journal",
                "Reporting", "Results", "Verification", "CommandOutput", "Console",
            ],
            swiftSettings: strict),

        .target(
            name: "CoordinatorService",
            dependencies: [
                "Experiment", "Status", "ChildProcesses", "DurableFiles", "HostSystem", "Messages", "Wire",
                "Scheduling",
                "Notices", "Transport", "Journal", "Reporting", "Results", log, lifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "Dashboard",
            dependencies: [
                "Experiment", "HostSystem", "Notices", "Reporting", "Status", log, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [
                .embedInCode("Resources/page.css"), .embedInCode("Resources/page.js"),
                .embedInCode("Resources/icon.svg"),
            ],
            swiftSettings: strict),
        .target(
            name: "TrainerProgram",
            dependencies: ["Experiment", "ChildProcesses", "HostSystem", "Wire", "Training"], swiftSettings: strict),
        .target(
            name: "WorkerAgent",
            dependencies: [
                "Experiment", "ChildProcesses", "HostSystem", "Messages", "Wire", "Scheduling", "Training", "Transport",
                log, lifecycle,
            ],
            swiftSettings: strict),

        .target(
            name: "FleetCommands",
            dependencies: [
                "Experiment", "Status", "ChildProcesses", "HostSystem", "Messages", "Wire", "Scheduling", "Training",
                "Transport", "Journal", "Reporting", "Results", "CommandOutput", "Commands", "CoordinatorService",
                "WorkerAgent", log,
            ],
            swiftSettings: strict),

        .target(
            name: "Simulation",
            dependencies: ["Statistics", "Experiment", "Messages", "Status", "Scheduling", "Journal"],
            swiftSettings: strict),
        // The readers of what others wrote, as a fuzzer calls them.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "CoordinatorService", "Experiment", "Messages", "Reporting", "Statistics", "Training", "Transport",
                "Wire",
            ],
            swiftSettings: strict),
        // Workers that train nothing, as values: what a coordinator is measured with.
        .target(
            name: "DispatchLoad", dependencies: ["Statistics", "Experiment", "Messages", "Scheduling"],
            swiftSettings: strict),
        .executableTarget(
            name: "sweep-sim",
            dependencies: [
                "CommandOutput", "Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "sweep",
            dependencies: [
                "Experiment", "ChildProcesses", "HostSystem", "Notices", "Journal", "Results",
                "CommandOutput", "Commands", "CoordinatorService", "Console", "Dashboard", "FleetCommands",
                "WorkerAgent", "TrainerProgram", log, lifecycle,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sweep-bench",
            dependencies: [
                "COpenBLAS", "CommandOutput", "DispatchLoad", "Experiment", "ChildProcesses", "HostSystem", "Kernels",
                "Messages", "Scheduling", "Training", "Transport", "Wire", log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [
                .embedInCode("Rivals/dispatch_rivals.py"), .embedInCode("Rivals/jax_training.py"),
                .embedInCode("Rivals/torch_training.py"),
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["ChildProcesses"], path: "Tests/TestSupport", swiftSettings: strict),
        // The style itself: format, sizes, which target imports what, and comments that point at what is there.
        .testTarget(name: "TidyTests", dependencies: ["ChildProcesses", "TestSupport"], swiftSettings: strict),

        .testTarget(
            name: "KernelsTests", dependencies: ["Kernels", "Training", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "StatisticsTests", dependencies: ["Statistics", "ChildProcesses", "TestSupport"], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(name: "ExperimentTests", dependencies: ["Experiment", "Statistics"], swiftSettings: strict),
        .testTarget(name: "HostSystemTests", dependencies: ["HostSystem", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WireTests", dependencies: ["Wire", "Messages", "Statistics", "Experiment"], swiftSettings: strict),
        .testTarget(name: "StatusTests", dependencies: ["Status", "Experiment"], swiftSettings: strict),
        .testTarget(
            name: "SchedulingTests",
            dependencies: ["Scheduling", "Messages", "Status", "Statistics", "Experiment", "Simulation"],
            swiftSettings: strict),
        .testTarget(
            name: "DispatchLoadTests", dependencies: ["DispatchLoad", "Experiment", "Messages", "Scheduling"],
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets", "Messages", "Wire"],
            exclude: ["Corpus", "Driver", "Findings"],
            swiftSettings: strict),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: strict),
        .target(
            name: "TrainingFixtures", dependencies: ["Training", "Experiment"], path: "Tests/TrainingFixtures",
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "TestSupport", "TrainingFixtures", "Statistics", "Experiment", "HostSystem",
                "ChildProcesses", "Kernels", crypto,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ParityTests",
            dependencies: ["Training", "TrainingFixtures", "TestSupport", "Experiment", "ChildProcesses"],
            exclude: ["Traces", "predict.py"],
            swiftSettings: strict),
        .testTarget(
            name: "TransportTests",
            dependencies: ["Transport", "TestSupport", "Experiment", "HostSystem", "Messages", log],
            swiftSettings: strict),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "Journal", "TestSupport", "DurableFiles", "Statistics", "Experiment", "Messages", "Scheduling",
                "Status",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReportingTests",
            dependencies: [
                "Reporting", "TestSupport", "DurableFiles", "Statistics", "Experiment", "HostSystem", "Status",
            ],
            exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "ResultsTests", dependencies: ["Results", "TestSupport", "Experiment", "Journal", "Reporting"],
            swiftSettings: strict),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "Verification", "TestSupport", "ChildProcesses", "DurableFiles", "Experiment", "Reporting",
                "Statistics",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CoordinatorServiceTests",
            dependencies: [
                "CoordinatorService", "TestSupport", "ChildProcesses", "DurableFiles", "Experiment", "HostSystem",
                "Journal", "Messages", "Notices", "Reporting", "Results", "Scheduling", "Simulation", "Status",
                "Transport", "Wire", log,
            ],
            swiftSettings: strict),
        .target(
            name: "PageFixtures", dependencies: ["ChildProcesses", "TestSupport"], path: "Tests/PageFixtures",
            swiftSettings: strict),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Dashboard", "PageFixtures", "TestSupport", "Notices", "Status", "Experiment", "Reporting",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WorkerAgentTests",
            dependencies: [
                "WorkerAgent", "TestSupport", "ChildProcesses", "Experiment", "HostSystem", "Messages", "Scheduling",
                "Training", "Transport", "Wire", log,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandOutputTests", dependencies: ["CommandOutput", "TestSupport", log], swiftSettings: strict),
        .target(
            name: "CommandFixtures", dependencies: ["Commands", "CommandOutput", "Journal", "TestSupport"],
            path: "Tests/CommandFixtures", swiftSettings: strict),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "CommandOutput", "CommandFixtures", "TestSupport", "Experiment", "Journal", "Reporting",
                "Status", "Training", "Verification",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FleetCommandsTests",
            dependencies: [
                "FleetCommands", "Commands", "CommandOutput", "CommandFixtures", "TestSupport", "ChildProcesses",
                "Statistics", "Experiment", "HostSystem", "Journal", "Messages", "Results", "Scheduling", "Status",
                "Transport", "CoordinatorService", "WorkerAgent",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests", dependencies: ["Console", "CommandOutput", "Notices", "Status", "Experiment"],
            swiftSettings: strict),
        .testTarget(
            name: "ChildProcessesTests", dependencies: ["ChildProcesses", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "sweep", "sweep-bench", "ChildProcesses", "Experiment", "HostSystem", "Journal", "PageFixtures",
                "Scheduling", "TestSupport", "Training", "Wire", "WorkerAgent",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Hostile"],
            swiftSettings: strict),
    ]
)
