import CommandOutput
import Console
import CoordinatorService
import Dashboard
import Experiment
import Foundation
import HostSystem
import Notices

extension RunCommand {
    /// Binds the page's address, so that one that cannot be had is known before anything else starts; `nil` where no
    /// page is asked for.
    ///
    /// - Parameter descriptors: that its readers may take.
    func startDashboard(_ display: ProgressDisplay, descriptors: Int) async throws -> Dashboard? {
        guard let address = try dashboard.map(parse) else { return nil }
        do {
            return try await Dashboard.start(at: address, descriptors: descriptors) { reason in
                display.say("The page is no longer served: \(reason); the sweep goes on.")
            }
        } catch {
            throw CommandFailure("--dashboard \(error)")
        }
    }

    private func parse(_ text: String) throws -> DashboardAddress {
        do {
            return try DashboardAddress(text)
        } catch {
            throw CommandFailure("--dashboard \(text): \(error)", exitCode: .usage)
        }
    }
}

extension Dashboard {
    /// Shows what is stored, and from now on what the coordinator says; then there is something to see.
    func begin(_ source: some RecordSource, directory: String, _ display: ProgressDisplay) throws {
        try begin(source, directory: URL(fileURLWithPath: directory).path)
        display.tell(.pageServed(url: url(host: HostAddress.first() ?? "127.0.0.1")))
    }
}
