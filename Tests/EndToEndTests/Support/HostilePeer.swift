import Foundation
import Synchronization
import Testing
import Wire

/// A peer that attacks a coordinator, as `Hostile/hostile_peer.py` does: ZMTP and CURVE by hand.
enum HostilePeer {
    /// Of somebody who has no key, or has an invite alone.
    static let strangers = [
        "garbage", "slow_handshake", "null_mechanism", "plain_mechanism", "old_greetings", "oversized_handshake",
        "mute", "unknown_key", "wrong_server_key", "replayed_handshake", "invite_without_worker",
    ]
    /// Of a worker that was let in.
    static let insiders = [
        "impossible_numbers", "unwanted_gradients", "anothers_name", "many_names", "other_facts", "many_slots",
        "given_back", "unfit_again", "malformed", "long_texts", "huge_lists", "large_frames", "endless_parts",
        "same_routing_id", "wrong_version", "not_held", "foreign_checkpoint", "trickle", "replayed_messages",
        "goodbyes",
    ]
    /// Of such a one, with more to be seen than that nothing changes.
    static let special = ["spoilt_checkpoints", "false_failures", "false_alarms"]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Hostile").path

    /// Python and libsodium, on which libzmq's CURVE stands.
    static let canRun: Bool = {
        let needs = "import ctypes, ctypes.util; ctypes.CDLL(ctypes.util.find_library('sodium') or 'libsodium.so.23')"
        guard let process = try? Process.run(URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", needs]) else {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Makes rounds of an attack until it is ended.
    ///
    /// - Parameters:
    ///   - table: the `epochs.csv` of an undisturbed sweep, for attacks that tell the truth of a task.
    ///   - gate: a file without which there is no second round.
    static func start(
        _ attack: String, with token: String, in sandbox: Sandbox, knowing table: String, waitingFor gate: String? = nil
    ) throws -> Program {
        let words = ["\(folder)/hostile_peer.py", attack, token, "\(ProtocolVersion.current)", table]
        return try Program(["python3", "-B"] + words + (gate.map { [$0] } ?? []), in: sandbox.path)
    }
}

/// The memory of a process, as the kernel counts it.
struct ProcessMemory {
    /// That it has now.
    let residentBytes: Int
    /// The most that it had.
    let peakBytes: Int

    /// `nil` where the process has ended.
    init?(of process: Int32) {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
        func bytes(_ name: String) -> Int? {
            status.split(separator: "\n").first { $0.hasPrefix("\(name):") }?
                .split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        guard let resident = bytes("VmRSS"), let peak = bytes("VmHWM") else { return nil }
        residentBytes = resident
        peakBytes = peak
    }
}

/// All bytes that a process wrote to files and pipes so far, also where they were written over since; `nil` where it
/// has ended.
func writtenBytes(of process: Int32) -> Int? {
    guard let counters = try? String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8) else { return nil }
    return counters.split(separator: "\n").first { $0.hasPrefix("wchar: ") }.flatMap { Int($0.dropFirst(7)) }
}
