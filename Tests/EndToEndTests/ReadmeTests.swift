import Foundation
import TestSupport
import Testing

/// README.md, Operations.md and Security.md do what they say: their commands run as they stand there, in that order,
/// and what is shown as an output is what the command prints, to the last digit.
@Suite(.timeLimit(.minutes(15)))
struct ReadmeTests {
    /// `deploy/test` runs the first two, and these tests with them; the third is a long version of `ChaosTests`, the
    /// fourth of what `deploy/test` does, and the fifth builds everything anew. `deploy/test-package` runs
    /// `deploy/package` and installs what it makes.
    private static let runElsewhere = [
        "deploy/quickstart", "deploy/test", "deploy/chaos 500", "deploy/fuzz --seconds 600", "deploy/sanitize",
        "deploy/package", "deploy/test-package",
    ]

    @Test(arguments: [Article.readme, Article.operations, Article.security])
    func `every block of the articles is of a kind that a test knows`(path: String) throws {
        for block in try Article(path).blocks where block.kind == .unexplained {
            Issue.record(
                """
                \(path):\(block.line): say what prints this, in a line before it: <!-- output of: COMMAND -->. This \
                then runs the command after those above it and compares; … in a line of the block stands for what \
                differs each time. Commands go into a block of sh, a sweep file into one of yaml.
                """)
        }
    }

    @Test(arguments: [Article.readme, Article.operations])
    func `every command works and prints what is shown`(path: String) async throws {
        let sandbox = try await preparedSandbox()
        var commandCount = 0
        for block in try Article(path).blocks {
            switch block.kind {
            case .commands:
                for command in block.text.split(separator: "\n").map(String.init) {
                    guard !Self.runElsewhere.contains(command), !command.hasPrefix("export PATH") else { continue }
                    commandCount += 1
                    #expect(try await !output(of: command, sandbox).isEmpty, "\(command) printed nothing")
                }
            case .output(let command):
                let difference = Article.difference(of: try await output(of: command, sandbox), from: block.text)
                #expect(difference == nil, "\(path):\(block.line): of \(command)")
            case .sweepFile, .unexplained: break
            }
        }
        guard path == Article.readme else { return }
        #expect(commandCount >= 19)
        #expect(try sandbox.read("runs/fleet/epochs.csv") == sandbox.read("runs/quick/epochs.csv"))
        #expect(try sandbox.read("tables/aggregate.csv") == sandbox.read("runs/quick/aggregate.csv"))
        #expect(try sandbox.rows("runs/convergence/epochs.csv").count == 2 * 2)
        if Gnuplots.areHere {
            #expect(try sandbox.files("runs/quick/figures").contains("1-train_loss-batch_size-32.svg"))
        }
    }

    /// The repository's sweep files, and black images in CIFAR-10's place: of them, a short convergence.
    private func preparedSandbox() async throws -> Sandbox {
        let sandbox = try Sandbox()
        try FileManager.default.copyItem(atPath: Program.package + "/sweeps", toPath: sandbox.file("sweeps"))
        let convergence = SweepFiles.small(name: "convergence", seeds: "[1]").replacing(
            "data: shapes", with: "data: cifar10")
        try sandbox.write(convergence, to: "sweeps/convergence.yaml")
        try sandbox.makeBlackImages(in: "cache/sweep/cifar-10-batches-bin")
        return sandbox
    }

    private func output(of command: String, _ sandbox: Sandbox) async throws -> String {
        // The ports of the page may be in use here, and a hundred thousand fleets take hours.
        let line = command.replacing(":5555", with: ":0").replacing(":8080", with: ":0")
            .replacing("--seeds 0-99999", with: "--seeds 0-99").replacing(".build/release/", with: "")
        let result = try await sandbox.shell(line).result()
        #expect(result.exitCode == 0, "\(command): \(result.errors)")
        return result.output
    }

    @Test func `the sweep file of the page is the one of the repository`() async throws {
        let sandbox = try Sandbox()
        let block = try #require(try Article(Article.readme).blocks.first { $0.kind == .sweepFile })
        try sandbox.write(block.text, to: "page.yaml")
        let fromPage = try await sandbox.run("plan", "page.yaml", "--format", "json")
        let fromFile = try await sandbox.run("plan", Program.package + "/sweeps/quick.yaml", "--format", "json")
        #expect(fromPage.exitCode == 0 && fromPage.output == fromFile.output, "\(fromPage.errors)")
    }

    @Test(arguments: ["quick", "convergence", "batch-sensitivity", "full"])
    func `every sweep file of the repository has a plan`(_ name: String) async throws {
        let result = try await Sandbox().run("plan", Program.package + "/sweeps/\(name).yaml", "--format", "json")
        #expect(result.exitCode == 0, "\(result.errors)")
    }
}

/// How an article is read.
struct ArticleTests {
    private let article = Article(
        path: "x.md",
        text: """
            Text.

            <!-- output of: sweep status --out x -->
            ```
            one
            two
            ```

            ```sh
            sweep plan
            ```

            <!-- output of: sweep plan -->

            ```
            apart
            ```

            | key | says |
            |---|---|
            | `a`, `b` | either \\| or |

            """)

    @Test func `a block is an output where the line before it names its command`() {
        #expect(
            article.blocks.map(\.kind) == [.output(of: "sweep status --out x"), .commands, .unexplained])
        #expect(article.blocks.map(\.line) == [5, 10, 16])
        #expect(article.blocks.map(\.text) == ["one\ntwo\n", "sweep plan\n", "apart\n"])
    }

    @Test func `the cells of an article's table are read as they stand there`() {
        #expect(article.table("key", "says") == [["`a`, `b`", "either | or"]])
        #expect(article.table("no", "such").isEmpty)
        #expect(Article.quoted(in: "`a`, `b c` d") == ["a", "b c"])
    }

    @Test(arguments: [
        ("a\nb\n", "a\nb\n", true), ("a\nb\n", "a\nc\n", false), ("a\n", "a\nb\n", false),
        ("a\nb\n", "a\n", false),
        ("took 12 s on north", "took … s on …", true), ("took 12 m on north", "took … s on …", false),
        ("took  s on north", "took … s on …", false), ("took s on north", "took … s on …", false),
        ("took 1 s on ", "took … s on …", false), ("a1bb2c", "a…b…c", true), ("ab", "a…b", false),
        ("1.50", "1.5", false),
    ])
    func `what differs each time is passed over, and nothing else`(output: String, shown: String, isSame: Bool) {
        #expect((Article.difference(of: output, from: shown) == nil) == isSame)
    }
}
