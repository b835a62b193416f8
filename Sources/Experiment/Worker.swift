/// The name of a worker process, chosen by itself at its start: `host-1a2b3c4d`.
public struct WorkerID: Sendable, Hashable, Comparable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String

    /// `nil` unless `rawValue` has 1 to 64 characters out of letters, digits, `-`, `_` and `.`.
    public init?(rawValue: String) {
        guard isPlainName(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    /// How the names begin of those that a coordinator starts on its own host, and no others.
    public static let localPrefix = "local-"

    /// How the names begin under which a replay of a sweep that does not run is stored.
    public static let replayPrefix = "replay-"

    public var isLocal: Bool { rawValue.hasPrefix(Self.localPrefix) }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// A name that no other worker is expected to have.
    ///
    /// - Parameters:
    ///   - beginning: at most 56 of the characters that a name may have.
    ///   - number: what tells it from others that begin alike.
    public static func madeUp(_ beginning: String, number: UInt32 = .random(in: 0 ... .max)) -> WorkerID {
        guard let name = WorkerID(rawValue: beginning + String(number, radix: 16)) else {
            preconditionFailure("an unusable beginning of a name: \(beginning)")
        }
        return name
    }

    /// The name that a worker with this key shall take where the one that it chose is another key's. The same worker
    /// gets the same name each time.
    public func renamed(for key: WorkerKey) -> WorkerID {
        let stem = isLocal ? "worker" : String(rawValue.prefix(64 - 1 - key.short.count))
        guard let name = WorkerID(rawValue: "\(stem)-\(key.short)") else {
            preconditionFailure("an unusable name: \(stem)-\(key.short)")
        }
        return name
    }
}

/// What a worker says of its host. Kept with each attempt; no result depends on it.
public struct HostFacts: Sendable, Hashable {
    public var host: String
    public var processor: String
    /// How many trainers keep busy what this process may use of the host.
    public var cores: Int
    /// What `cores` comes from: `physical cores`, `affinity`, `cpuset`, `CPU quota 0.5`; empty where it is not told.
    public var coresBound = ""
    /// The memory that this process may use; 0 where it is not told.
    public var memoryBytes = 0
    /// What `memoryBytes` comes from: `host` or `control group`; empty where it is not told.
    public var memoryBound = ""
    /// The kernels that its trainers choose: `avx512`, `avx2`, `reference`.
    public var kernels: String
    /// The version of the program, and which build of it.
    public var build: String

    public init(host: String, processor: String, cores: Int, kernels: String, build: String) {
        self.host = host
        self.processor = processor
        self.cores = cores
        self.kernels = kernels
        self.build = build
    }
}
