import ArgumentParser
import ChildProcesses
import Foundation
import HostSystem
import Transport

/// `sweep-bench fleet`: the workers of `sweep-bench orchestrator`, a hundred in a process, which is started by it.
struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Workers that train nothing, for sweep-bench orchestrator, which starts it.",
        shouldDisplay: false)

    func run() throws {
        FileLimit.raise()
        let inbox = Mailbox<FleetEvent>(capacity: 1 << 14)
        NamedThread.detach(named: "orders") {
            var line: [UInt8] = []
            // The end of its input is the end of the measurement, and also that of a parent that was killed.
            ParentDeath.waitForIt { bytes in
                line += bytes
                guard line.last == UInt8(ascii: "\n"),
                    let order = try? JSONDecoder().decode(FleetOrder.self, from: Data(line))
                else { return }
                inbox.put(.ordered(order))
            }
            inbox.put(.over)
        }
        do {
            try FleetLoop(inbox) { try Output.json($0) }.run()
        } catch {
            try Output.json(FleetLine(failure: "\(error)"))
            throw ExitCode.failure
        }
    }
}
