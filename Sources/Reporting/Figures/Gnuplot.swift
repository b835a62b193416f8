import ChildProcesses
import Dispatch
import Foundation

/// The installed gnuplot: turns a figure into the bytes of a picture.
public struct Gnuplot: Sendable {
    /// What to tell a user who has none.
    public static let installation = "gnuplot is not installed: apt-get install gnuplot-nox"
    /// In seconds, far more than any figure takes; then a gnuplot that hangs, on a broken font cache say, is ended.
    private static let patience = 60

    private let path: String
    private let environment: [String: String]

    /// `nil` where no gnuplot is on the `PATH`.
    public init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = InstalledProgram.path(of: "gnuplot", environment: environment) else { return nil }
        self.path = path
        // A user's own settings would make other pictures of the same tables.
        self.environment = environment.filter { !$0.key.hasPrefix("GNU") }.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    }

    /// - Throws: `GnuplotFault`, or `SystemCallError` where it cannot be started.
    public func draw(_ figure: Figure, as format: Figure.Format) throws -> [UInt8] {
        let errors = try ChildProcesses.Pipe()
        defer { close(errors.readEnd) }
        let child: ChildProcess
        do {
            // -d: no start-up files.
            child = try ChildProcess(
                executable: path, arguments: ["-d"], environment: environment, standardError: errors.writeEnd)
        } catch {
            close(errors.writeEnd)
            throw error
        }
        close(errors.writeEnd)
        let watchdog = DispatchWorkItem { child.send(signal: SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.patience), execute: watchdog)
        defer { watchdog.cancel() }
        let picture = exchange(with: child, input: figure.input(for: format))
        var complaint: [UInt8] = []
        while case let bytes = readSome(from: errors.readEnd), !bytes.isEmpty { complaint += bytes }
        guard child.wait() == .exited(0), !picture.isEmpty else {
            throw GnuplotFault(figure.fileName(format), complaint: String(decoding: complaint, as: UTF8.self))
        }
        return picture
    }

    /// Writes all of `input` while it reads all of the output: either pipe may be full.
    private func exchange(with child: ChildProcess, input: String) -> [UInt8] {
        NamedThread.detach(named: "gnuplot-input") {
            // A process that ended early says why on its standard error.
            try? child.write(Array(input.utf8))
            child.closeInput()
        }
        var picture: [UInt8] = []
        while case let bytes = child.read(), !bytes.isEmpty { picture += bytes }
        return picture
    }
}

/// gnuplot could not draw a figure; one line.
public struct GnuplotFault: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ name: String, complaint: String) {
        let lines = complaint.split(separator: "\n").filter { !$0.allSatisfy { $0 == " " || $0 == "^" } }
        description = "gnuplot could not draw \(name): \(printable(lines.last.map(String.init) ?? "it said nothing"))"
    }
}
