import DispatchLoad
import Foundation
import HostSystem
import Transport

/// The directory of one measurement, with everything that the coordinator and its workers read and write, keys and
/// sockets among it.
struct LoadPlace {
    let path: String
    private let keys: KeyStore

    /// In `$TMPDIR`, else in `/tmp`: that disk is measured.
    ///
    /// - Throws: where it cannot be made.
    init(_ load: Load) throws {
        let name = String(UInt32.random(in: 0 ... .max), radix: 36)
        path = NSTemporaryDirectory() + "sweep-bench-\(name)"
        for directory in [path, "\(path)/runtime"] where mkdir(directory, 0o700) != 0 {
            throw BenchFailure("cannot make \(directory): \(SystemReason.text(errno))")
        }
        do {
            let environment = Self.environment(path)
            keys = try KeyStore(directory: try KeyStore.defaultDirectory(UserDirectories(environment: environment)))
            try load.sweep.text.write(toFile: "\(path)/load.yaml", atomically: false, encoding: .utf8)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    var sweepFile: String { "\(path)/load.yaml" }
    var runDirectory: String { "\(path)/run" }
    var journal: String { "\(runDirectory)/state.sqlite" }
    /// What the coordinator says.
    var log: String { "\(path)/coordinator.log" }

    /// The environment of the coordinator and of what else of its program runs.
    var environment: [String: String] { Self.environment(path) }

    private static func environment(_ path: String) -> [String: String] {
        ProcessInfo.processInfo.environment.merging([
            "XDG_CONFIG_HOME": "\(path)/config", "XDG_CACHE_HOME": "\(path)/cache",
            "XDG_RUNTIME_DIR": "\(path)/runtime",
        ]) { $1 }
    }

    /// A key for each worker, as each host of a fleet has one, admitted without an invite: how hosts come in is not
    /// measured. They are made before the coordinator starts, so that it reads them once.
    func admitWorkers(_ count: Int, _ interruption: Interruption) throws -> [(name: KeyName, keys: CurveKeyPair)] {
        _ = try keys.coordinatorKeys()
        return try (1...count).map { number in
            try interruption.check()
            let (name, pair) = (try KeyName("load-\(number)"), try CurveKeyPair.generate())
            guard try keys.admit(pair.publicKey, as: name) else { throw BenchFailure("\(name) is there already") }
            return (name, pair)
        }
    }

    /// How many bytes the journal's files have.
    var journalBytes: Int {
        ["", "-wal", "-shm"].map { suffix in
            var status = stat()
            return stat(journal + suffix, &status) == 0 ? Int(status.st_size) : 0
        }.reduce(0, +)
    }

    /// What the coordinator said last, as the end of a sentence on what became of it; empty where it said nothing.
    var lastWords: String {
        do {
            let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
            return text.split(separator: "\n").last.map { "; it said last: \($0.prefix(500))" } ?? ""
        } catch {
            return "; what it said cannot be read: \(error.localizedDescription)"
        }
    }
}
