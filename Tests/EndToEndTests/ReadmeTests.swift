import Foundation
import Testing

/// Every command of README.md, as it stands there and in that order, on smaller sweep files of the same names.
@Suite(.timeLimit(.minutes(5)))
struct ReadmeTests {
    /// `deploy/test` runs both of these itself, and this test with them.
    private static let runByDeployTest = ["deploy/quickstart", "deploy/test"]

    @Test func `every command works`() async throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox.file("sweeps"), withIntermediateDirectories: true)
        try sandbox.write(SweepFiles.small(name: "quick"), to: "sweeps/quick.yaml")
        let convergence = SweepFiles.small(name: "convergence", seeds: "[1]").replacing(
            "data: shapes", with: "data: cifar10")
        try sandbox.write(convergence, to: "sweeps/convergence.yaml")
        try sandbox.makeBlackImages(in: "cache/sweep/cifar-10-batches-bin")

        let commands = try commands()
        #expect(commands.count >= 12)
        for command in commands where !Self.runByDeployTest.contains(command) && !command.hasPrefix("export PATH") {
            // The ports of the page may be in use here.
            let line = command.replacing(":5555", with: ":0").replacing(":8080", with: ":0")
            let result = try await sandbox.shell(line).result()
            #expect(result.exitCode == 0, "\(command): \(result.errors)")
            #expect(!result.output.isEmpty, "\(command) printed nothing")
        }
        #expect(try sandbox.read("runs/fleet/epochs.csv") == sandbox.read("runs/quick/epochs.csv"))
        #expect(try sandbox.read("tables/aggregate.csv") == sandbox.read("runs/quick/aggregate.csv"))
        #expect(try sandbox.rows("runs/convergence/epochs.csv").count == 2 * 2)
    }

    @Test func `the sweep file of the page is the one of the repository`() async throws {
        let sandbox = try Sandbox()
        let page = try readme()
        let block = try #require(page.firstMatch(of: /```yaml\n((?s:.*?))```/)).1
        try sandbox.write(String(block), to: "page.yaml")
        let fromPage = try await sandbox.run("plan", "page.yaml", "--format", "json")
        let fromFile = try await sandbox.run("plan", Program.package + "/sweeps/quick.yaml", "--format", "json")
        #expect(fromPage.exitCode == 0 && fromPage.output == fromFile.output, "\(fromPage.errors)")
    }

    @Test(arguments: ["quick", "convergence", "batch-sensitivity", "full"])
    func `every sweep file of the repository has a plan`(_ name: String) async throws {
        let result = try await Sandbox().run("plan", Program.package + "/sweeps/\(name).yaml", "--format", "json")
        #expect(result.exitCode == 0, "\(result.errors)")
    }

    private func readme() throws -> String {
        try String(contentsOfFile: Program.package + "/README.md", encoding: .utf8)
    }

    /// The lines of all `sh` blocks.
    private func commands() throws -> [String] {
        try readme().matches(of: /```sh\n((?s:.*?))```/).flatMap { $0.1.split(separator: "\n").map(String.init) }
    }
}
