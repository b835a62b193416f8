import Glibc
import HostSystem
import Journal
import Messages

/// Asks the coordinator that runs on a directory for something, from another process of the same user.
public enum ControlClient {
    /// Whether a coordinator of this user runs on the directory, on this host.
    ///
    /// - Throws: `CoordinatorError` where the directory cannot be read.
    public static func canAsk(_ directory: RunDirectory) throws(CoordinatorError) -> Bool {
        guard let files = try PrivateFiles.find(of: directory), let socket = LineSocket() else { return false }
        socket.setTimeout(seconds: 2)
        return withUnixAddress(of: files.controlSocket) { connect(socket.descriptor, $0, $1) } == 0
    }

    /// `nil` where no coordinator runs.
    ///
    /// - Throws: `CoordinatorError` where the directory is not there or the connection breaks.
    public static func ask(
        _ request: SweepRequest, of directory: RunDirectory
    ) throws(CoordinatorError) -> SweepAnswer? {
        guard let files = try PrivateFiles.find(of: directory), let socket = LineSocket() else { return nil }
        // Longer than the coordinator takes to say that it cannot answer.
        socket.setTimeout(seconds: 15)
        guard withUnixAddress(of: files.controlSocket, { connect(socket.descriptor, $0, $1) }) == 0 else {
            return nil
        }
        // The directory's permissions say so as well, when they are looked at, and this at the very connection.
        guard userOfPeer(at: socket.descriptor) == geteuid() else {
            throw CoordinatorError("\(directory): what listens at \(files.controlSocket) is not yours; remove it")
        }
        guard socket.write(line: ControlLine.encoded(ControlQuestion(request))),
            let line = socket.readLine(until: .now + .seconds(15))
        else {
            throw CoordinatorError("\(directory): the coordinator broke off; sweep status says how the sweep stands")
        }
        guard let answer = try? ControlLine.decoded(ControlReply.self, line).checked else {
            throw CoordinatorError(
                "\(directory): another version of sweep is at work there; use the one that started the sweep")
        }
        return answer
    }
}
