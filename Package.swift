// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

/// Kernels run at full speed in every configuration: a debug build of them would be a hundred times slower.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-Ounchecked", "-wmo"])]

func kernels(march: String) -> [SwiftSetting] {
    optimised + [.unsafeFlags(["-Xcc", "-march=\(march)"])]
}

#if arch(x86_64)
// One source, one module for each instruction set; `KernelsAVX512/Source` is a link to `KernelsAVX2/Source`.
let vectorKernels: [Target] = [
    .target(name: "KernelsAVX2", dependencies: ["Kernels"], swiftSettings: kernels(march: "x86-64-v3")),
    .target(name: "KernelsAVX512", dependencies: ["Kernels"], swiftSettings: kernels(march: "x86-64-v4")),
]
#else
let vectorKernels: [Target] = []
#endif

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "sweep",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "sweep", targets: ["sweep"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: vectorKernels + [
        .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),

        .target(name: "Kernels", swiftSettings: optimised),
        .target(
            name: "Experiment", dependencies: [crypto, .product(name: "Yams", package: "Yams")], swiftSettings: strict),

        .target(
            name: "Wire", dependencies: ["Experiment", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["Protocol/sweep.proto"], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["Experiment"], swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: ["Experiment", "Kernels", "COpenBLAS", crypto]
                + vectorKernels.map { .target(name: $0.name) },
            swiftSettings: strict),

        .target(name: "Transport", dependencies: ["CZeroMQ", "Experiment", log], swiftSettings: strict),
        .target(
            name: "Journal", dependencies: ["Experiment", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(name: "Reporting", dependencies: ["Experiment"], swiftSettings: strict),

        .target(
            name: "CoordinatorService",
            dependencies: [
                "Experiment", "Wire", "Scheduling", "Transport", "Journal", "Reporting", log,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "WorkerAgent",
            dependencies: [
                "Experiment", "Wire", "Scheduling", "Training", "Transport", log,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "sweep",
            dependencies: [
                "Experiment", "Training", "Journal", "Reporting", "CoordinatorService", "WorkerAgent", log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .testTarget(name: "ExperimentTests", dependencies: ["Experiment"], swiftSettings: strict),
    ]
)
