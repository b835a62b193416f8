import Foundation
import Glibc
import HostSystem
import Testing

/// Where sockets and locks go, on hosts that are not as one would like them.
struct RuntimeDirectoryTests {
    private let home = Directory()

    @Test func `the places have a fixed order`() {
        let paths = RuntimeDirectory.candidates(
            environment: ["XDG_RUNTIME_DIR": "/run/user/7", "TMPDIR": "/scratch/"], fallback: "/runs/a/.sockets",
            user: 7
        ).map(\.path)
        #expect(paths.first == "/run/user/7/sweep")
        #expect(Array(paths[1...3]) == ["/scratch/sweep-7", "/scratch/sweep-7-1", "/scratch/sweep-7-2"])
        #expect(paths.firstIndex(of: "/tmp/sweep-7")! < paths.firstIndex(of: "/var/tmp/sweep-7")!)
        #expect(paths.last == "/runs/a/.sockets")
        #expect(Set(paths).count == paths.count)
    }

    @Test func `relative and empty variables name no place`() {
        let bare = RuntimeDirectory.candidates(environment: [:], user: 7)
        #expect(bare.first?.path == "/tmp/sweep-7")
        for value in ["", "tmp", "./x"] {
            let environment = ["XDG_RUNTIME_DIR": value, "TMPDIR": value]
            #expect(RuntimeDirectory.candidates(environment: environment, user: 7) == bare)
        }
    }

    @Test func `the first place that is usable is made, and found again`() throws {
        let environment = ["XDG_RUNTIME_DIR": home.path]
        let made = try make(environment)
        #expect(made.path == "\(home.path)/sweep")
        #expect(made.isPrivate)
        #expect(try make(environment) == made)
        #expect(RuntimeDirectory.find(recorded: nil, candidates: candidates(environment)) == made)
        #expect(try FileManager.default.contentsOfDirectory(atPath: made.path).isEmpty, "the trial socket is gone")
    }

    @Test func `what was recorded is found in another environment`() throws {
        let made = try make(["XDG_RUNTIME_DIR": home.path])
        let other = Directory()
        let elsewhere = ["TMPDIR": other.path]
        #expect(RuntimeDirectory.find(recorded: made.path, candidates: candidates(elsewhere)) == made)
        #expect(
            try RuntimeDirectory.make(recorded: made.path, candidates: candidates(elsewhere), longestName: 10) == made)
        chmod(made.path, 0o755)
        let next = try RuntimeDirectory.make(recorded: made.path, candidates: candidates(elsewhere), longestName: 10)
        #expect(next.path == "\(other.path)/sweep-\(geteuid())")
    }

    /// The names that somebody else may have taken in a directory where everybody can make some.
    enum Squatter: CaseIterable, Sendable {
        case otherUser, link, file, openDirectory, brokenLink

        /// Only root can make what belongs to another user.
        static var possible: [Self] { allCases.filter { geteuid() == 0 || $0 != .otherUser } }
    }

    @Test(arguments: Squatter.possible)
    func `a name that is taken is passed over for another one in the same place`(squatter: Squatter) throws {
        let taken = "\(home.path)/sweep-\(geteuid())"
        switch squatter {
        case .otherUser:
            mkdir(taken, 0o700)
            #expect(chown(taken, 4711, 4711) == 0)
        case .link:
            mkdir("\(home.path)/target", 0o700)
            symlink("\(home.path)/target", taken)
        case .brokenLink: symlink("\(home.path)/nowhere", taken)
        case .file: try Data().write(to: URL(filePath: taken))
        case .openDirectory:
            mkdir(taken, 0o777)
            chmod(taken, 0o777)
        }
        let made = try make(["TMPDIR": home.path])
        #expect(made.path == taken + "-1")
        #expect(try make(["TMPDIR": home.path]) == made)
        #expect(RuntimeDirectory.find(recorded: nil, candidates: candidates(["TMPDIR": home.path])) == made)
    }

    @Test func `whoever takes every name that can be guessed stops no run`() throws {
        let names = RuntimeDirectory.candidates(environment: ["TMPDIR": home.path]).filter {
            $0.path.hasPrefix("\(home.path)/sweep-")
        }
        #expect(names.count == 10)
        for name in names { try Data().write(to: URL(filePath: name.path)) }
        let made = try RuntimeDirectory.make(recorded: nil, candidates: names, longestName: 10)
        #expect(made.path.hasPrefix("\(home.path)/sweep-\(geteuid())-") && made.isPrivate)
        #expect(made.isOfOneRun && !names.contains { RuntimeDirectory(path: $0.path).isOfOneRun })
        #expect(!names.map(\.path).contains(made.path))
        #expect(RuntimeDirectory.find(recorded: made.path, candidates: names) == made)
        #expect(RuntimeDirectory.find(recorded: nil, candidates: names) == nil)
        #expect(try RuntimeDirectory.make(recorded: made.path, candidates: names, longestName: 10) == made)
    }

    /// The directory is as it should be, but what is around it lets others put another one in its place.
    @Test func `what others can exchange is neither found nor used again`() throws {
        let made = try make(["TMPDIR": home.path])
        let places = candidates(["TMPDIR": home.path]).filter { $0.path.hasPrefix(home.path) }
        #expect(RuntimeDirectory.find(recorded: nil, candidates: places) == made)
        chmod(home.path, 0o777)
        #expect(RuntimeDirectory.find(recorded: nil, candidates: places) == nil)
        #expect(RuntimeDirectory.find(recorded: made.path, candidates: places) == nil)
        let next = try RuntimeDirectory.make(
            recorded: made.path, candidates: candidates(["TMPDIR": home.path]), longestName: 10)
        #expect(next.path.hasPrefix("/tmp/"))
        // The run directory may be a group's.
        let own = RuntimeDirectory.candidates(environment: [:], fallback: made.path).suffix(1)
        #expect(RuntimeDirectory.find(recorded: made.path, candidates: Array(own)) == made)
    }

    @Test func `a place in which others can rename is passed over`() throws {
        chmod(home.path, 0o777)
        #expect(try make(["TMPDIR": home.path]).path.hasPrefix("/tmp/"))
        chmod(home.path, 0o1777)
        #expect(try make(["TMPDIR": home.path]).path.hasPrefix(home.path))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make what belongs to another user"))
    func `a place that belongs to another user is passed over`() throws {
        let theirs = Directory()
        chown(theirs.path, 4711, 4711)
        // As sudo leaves it in the environment.
        #expect(try make(["XDG_RUNTIME_DIR": theirs.path]).path.hasPrefix("/tmp/"))
        #expect(access("\(theirs.path)/sweep", F_OK) != 0)
        // One of this user that they have moved there.
        mkdir("\(theirs.path)/sweep", 0o700)
        let places = candidates(["XDG_RUNTIME_DIR": theirs.path]).filter { $0.path.hasPrefix(theirs.path) }
        #expect(RuntimeDirectory.find(recorded: nil, candidates: places) == nil)
        chown(theirs.path, 0, 0)
        #expect(RuntimeDirectory.find(recorded: nil, candidates: places)?.path == "\(theirs.path)/sweep")
    }

    @Test func `a path that is too long for a socket is passed over`() throws {
        let long = home.path + "/" + String(repeating: "d", count: 120)
        mkdir(long, 0o700)
        #expect(try make(["XDG_RUNTIME_DIR": long, "TMPDIR": long]).path.hasPrefix("/tmp/"))
        // Just short enough, with the name of the socket.
        let room = RuntimeDirectory.socketPathLimit - home.path.utf8.count - "//sweep/".utf8.count - 10
        let fitting = home.path + "/" + String(repeating: "d", count: room)
        mkdir(fitting, 0o700)
        #expect(try make(["XDG_RUNTIME_DIR": fitting]).path == fitting + "/sweep")
        let longer = fitting + "d"
        mkdir(longer, 0o700)
        #expect(try make(["XDG_RUNTIME_DIR": longer]).path.hasPrefix("/tmp/"))
    }

    @Test func `where no place is left, every reason is told once, with the variable to set`() throws {
        let blocked = ["\(home.path)/none/a", "\(home.path)/none/a-1", "/proc/sweep"]
        let error = #expect(throws: RuntimeDirectoryFault.self) {
            try RuntimeDirectory.make(
                recorded: nil,
                candidates: blocked.flatMap {
                    RuntimeDirectory.candidates(environment: ["XDG_RUNTIME_DIR": $0]).prefix(1)
                }, longestName: 20)
        }
        let text = error?.description ?? ""
        #expect(error?.reasons.count == 3)
        #expect(text.contains("\(home.path)/none/a/sweep: No such file or directory"))
        #expect(text.contains("set XDG_RUNTIME_DIR or TMPDIR"))
        #expect(!text.contains("\n"))
    }

    private func candidates(_ environment: [String: String]) -> [RuntimeDirectory.Candidate] {
        RuntimeDirectory.candidates(environment: environment)
    }

    private func make(_ environment: [String: String]) throws -> RuntimeDirectory {
        try RuntimeDirectory.make(recorded: nil, candidates: candidates(environment), longestName: 10)
    }
}

/// A directory of its own for one test, removed with the value.
final class Directory: Sendable {
    let path: String

    init() {
        path = "/tmp/sweep-host-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        mkdir(path, 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
