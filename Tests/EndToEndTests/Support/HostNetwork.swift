import ChildProcesses
import Foundation
import Testing

/// Namespaces `…-0`, `…-1`, `…-2`; the first, where the coordinator is, has a link to each of the others.
struct HostNetwork {
    private let name = "sweep\(UInt16.random(in: 0 ... .max))"

    static let whyNot: Comment = "network namespaces need root and iproute2"

    static let isPossible: Bool = {
        guard getuid() == 0, let probe = try? HostNetwork() else { return false }
        probe.remove()
        return true
    }()

    init() throws {
        do {
            for host in 0..<3 {
                try ip("netns", "add", namespace(host))
                try ip("-n", namespace(host), "link", "set", "lo", "up")
            }
            for host in 1..<3 {
                let near = "v\(host)", far = "v0"
                try ip("-n", namespace(0), "link", "add", near, "type", "veth", "peer", far, "netns", namespace(host))
                try ip("-n", namespace(0), "addr", "add", "10.99.\(host).1/24", "dev", near)
                try ip("-n", namespace(host), "addr", "add", "10.99.\(host).2/24", "dev", far)
                try ip("-n", namespace(0), "link", "set", near, "up")
                try ip("-n", namespace(host), "link", "set", far, "up")
            }
        } catch {
            remove()
            throw error
        }
    }

    func prefix(host: Int) -> [String] { ["ip", "netns", "exec", namespace(host)] }

    /// The coordinator's address as a host reaches it.
    func coordinator(seenFrom host: Int) -> String { host == 0 ? "127.0.0.1" : "10.99.\(host).1" }

    /// Both ends lose their carrier when one is down.
    func setLink(ofHost host: Int, isUp: Bool) throws {
        try ip("-n", namespace(0), "link", "set", "v\(host)", isUp ? "up" : "down")
    }

    /// The coordinator's packets to the host vanish; the other direction is well.
    func setBlackhole(toHost host: Int, isThere: Bool) throws {
        try ip("-n", namespace(0), "route", isThere ? "add" : "del", "blackhole", "10.99.\(host).2/32")
    }

    /// Both directions of the host's link carry so much from now on, as `tc` writes it: `20mbit`.
    func shape(linkOfHost host: Int, to rate: String) throws {
        for (namespace, device) in [(namespace(0), "v\(host)"), (namespace(host), "v0")] {
            try run(
                ["tc", "-n", namespace, "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate]
                    + ["burst", "32kbit", "latency", "200ms"])
        }
    }

    /// All that the host has sent over its link, headers included.
    func sentByteCount(ofHost host: Int) async throws -> Int {
        let words = prefix(host: host) + ["cat", "/sys/class/net/v0/statistics/tx_bytes"]
        return try #require(Int(try await Program(words, in: "/").result().output.filter(\.isNumber)))
    }

    func remove() {
        for host in 0..<3 {
            try? ip("netns", "delete", namespace(host))
        }
    }

    private func namespace(_ host: Int) -> String { "\(name)-\(host)" }

    private func ip(_ arguments: String...) throws { try run(["ip"] + arguments) }

    private func run(_ words: [String]) throws {
        guard try FinishedProcess(running: words).end == .exited(0) else { throw CocoaError(.executableLoad) }
    }
}
