import Experiment
import Foundation
import HostSystem
import TestSupport
import Testing

/// What README.md, Operations.md and Security.md say outside of their blocks: names, options, exit codes.
@Suite(.timeLimit(.minutes(5)))
struct DocumentedFactsTests {
    private let readme = try! Article(Article.readme)
    private let operations = try! Article(Article.operations)
    private let security = try! Article(Article.security)

    // MARK: Exit codes

    /// How each of them comes about. Whoever documents another one adds it here.
    private func exitCodes(_ sandbox: Sandbox) async throws -> [String: [Int32]] {
        let done = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "done")
        let failed = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "/proc/sweep-run")
        let badUsage = try await sandbox.run("run", "small.yaml", "--slots", "many")
        let badFile = try await sandbox.run("run", "bad.yaml")
        let interrupted = try await sandbox.startCoordinator(in: "interrupted")
        interrupted.send(SIGINT)
        let cancelled = try await sandbox.startCoordinator(in: "cancelled")
        #expect(try await sandbox.run("cancel", "--out", "cancelled").exitCode == 0)
        // Its only worker is of no host of the coordinator's, and audits itself.
        let doubtful = try await sandbox.startCoordinator(in: "doubtful", with: ["--audit", "100%"])
        let token = try await sandbox.invite(to: "doubtful", "--name", "stranger")
        let worker = try sandbox.start("worker", "--join", token, "--slots", "1")
        let doubtfulCode = await doubtful.result().exitCode
        worker.send(SIGINT)
        _ = await worker.result()
        return [
            "done": [done.exitCode], "failed": [failed.exitCode],
            "bad usage or bad sweep file": [badUsage.exitCode, badFile.exitCode],
            "finished with failed tasks": [await cancelled.result().exitCode],
            "finished with results in doubt": [doubtfulCode],
            "interrupted": [await interrupted.result().exitCode],
        ]
    }

    @Test func `exit codes are those of README`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(norms: "[bn]", seeds: "[1, 2]", epochs: 1), to: "small.yaml")
        try sandbox.write("nonsense", to: "bad.yaml")
        let sentence = try #require(readme.flow.firstMatch(of: /Exit codes: ([^.]+)\./)).1
        let documented = sentence.split(separator: ", ").map { $0.split(separator: " ", maxSplits: 1) }
        try #require(documented.allSatisfy { $0.count == 2 }, "\(sentence)")
        let codes = try await exitCodes(sandbox)
        #expect(Set(documented.map { String($0[1]) }) == Set(codes.keys))
        for entry in documented {
            #expect(codes[String(entry[1])]?.allSatisfy { $0 == Int32(entry[0]) } == true, "\(entry): \(codes)")
        }
    }

    // MARK: Files

    @Test func `a run directory has the files that are documented`() async throws {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]", capture: true), to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try #require(run.exitCode == 0, "\(run.errors)")
        let names = try sandbox.files("run")
        let tables = readme.table("file", "one row per").flatMap { Article.quoted(in: $0[0]) }
        #expect(tables.sorted() == ReportFile.allCases.map(\.rawValue).sorted())
        #expect(names.filter { $0.hasSuffix(".csv") } == tables.sorted())
        let rows = operations.table("in the run directory", "holds")
        for name in rows.flatMap({ Article.quoted(in: $0[0]) }) {
            #expect(names.contains(name.hasSuffix("/") ? String(name.dropLast()) : name), "\(name): \(names)")
        }
        let logs = try #require(rows.first { $0[0] == "`logs/`" })[1]
        #expect(try sandbox.files("run/logs") == Article.quoted(in: logs).sorted())
        #expect(names.contains("sweep.yaml"))
        guard Gnuplots.areHere else { return }
        #expect(names.contains("report.html"))
        let figures = readme.table("figure", "shows").flatMap { Article.quoted(in: $0[0]) }
        let expected = figures.flatMap { ["\($0).png", "\($0).svg"] }.sorted()
        #expect(try sandbox.files("run/figures") == expected)
    }

    // MARK: Options and defaults

    private static let programs = [
        "sweep run", "sweep worker", "sweep invite", "sweep keys list", "sweep keys approve", "sweep keys rotate",
        "sweep revoke", "sweep plan", "sweep status", "sweep workers", "sweep export", "sweep bundle", "sweep verify",
        "sweep figures", "sweep report", "sweep retry", "sweep cancel", "sweep pause", "sweep resume", "sweep drain",
        "sweep replay", "sweep train", "sweep data fetch", "sweep-sim", "sweep-bench engine", "sweep-bench kernels",
        "sweep-bench orchestrator",
    ]

    private func help() async throws -> [String: String] {
        let sandbox = try Sandbox()
        var help: [String: String] = [:]
        for program in Self.programs {
            let result = try await sandbox.shell("COLUMNS=200 \(program) --help").result()
            #expect(result.exitCode == 0, "\(program)")
            help[program] = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return help
    }

    @Test func `every option that is documented exists, and has the default that is documented`() async throws {
        let help = try await help()
        let options = Set(help.values.flatMap { $0.matches(of: /--[a-z][a-z-]*/).map { String($0.output) } })
        for article in [readme, operations, security] {
            let words = Article.quoted(in: article.text) + article.blocks.map(\.text)
            for option in words.flatMap({ $0.matches(of: /(?:^|\s)(--[a-z][a-z-]*)/).map { String($0.1) } }) {
                #expect(options.contains(option), "\(article.path): \(option)")
            }
        }
        let run = try #require(help["sweep run"])
        func number(_ option: String) throws -> String {
            let text = try #require(run.range(of: option + " <")).upperBound
            return String(try #require(run[text...].firstMatch(of: /\(default: ([0-9]+)/)).1)
        }
        let lease = try number("--lease"), linger = try number("--linger")
        let checkpoint = try number("--checkpoint-every")
        for phrase in ["after \(lease) seconds (`--lease`)", "within `--linger` seconds (\(linger))"] {
            #expect(readme.flow.contains(phrase), "\(phrase)")
        }
        #expect(checkpoint == "60" && readme.flow.contains("at most a minute old (`--checkpoint-every`)"))
        for phrase in [
            "for `--lease` seconds (\(lease))", "for `--linger` seconds (\(linger); 0 ends",
            "older than `--checkpoint-every` seconds (\(checkpoint); 0 is every epoch)",
        ] {
            #expect(operations.flow.contains(phrase), "\(phrase)")
        }
    }

    // MARK: Words of the sweep

    @Test func `the keys of a sweep file are those of README`() async throws {
        let rows = readme.table("key", "says")
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small() + "nonsense: 1\n", to: "bad.yaml")
        // Who writes another key is told all that there are.
        let refused = try await sandbox.run("plan", "bad.yaml")
        let list = try #require(refused.errors.firstMatch(of: /write one of ([a-z_, ]+)/), "\(refused.errors)").1
        let keys = rows.compactMap { Article.quoted(in: $0[0]).first }
        #expect(keys.sorted() == list.split(separator: ", ").map(String.init).sorted())
        let constants = try #require(rows.first { $0[0] == "`train`" })[1]
        let names = Hyperparameter.allCases.filter { $0 != .seed }.map(\.rawValue)
        #expect(Article.quoted(in: constants).sorted() == names.sorted())
        let sets = try #require(rows.first { $0[0] == "`data`" })[1]
        #expect(Article.quoted(in: sets) == DataSetName.allCases.map(\.rawValue))
    }

    @Test func `the outcomes of attempts are those of the article`() {
        let outcomes = operations.table("outcome", "means").compactMap { Article.quoted(in: $0[0]).first }
        #expect(outcomes.sorted() == AttemptOutcome.allCases.map(\.rawValue).sorted())
    }

    @Test func `limits are those of the program`() {
        let values = PointPairs.limit
        #expect(readme.flow.contains("\(counted(Sweep.taskLimit, "task")) a sweep"))
        #expect(readme.flow.contains("Of an axis of up to \(values) values `comparison.csv` has all pairs"))
        #expect(operations.flow.contains("(\(RuntimeDirectory.socketPathLimit) bytes with the name)"))
    }

    @Test func `the places of sockets are those of the article`() throws {
        let row = try #require(operations.table("what", "where").first { $0[0].hasPrefix("sockets") })[1]
        let candidates = RuntimeDirectory.candidates(
            environment: ["XDG_RUNTIME_DIR": "/run", "TMPDIR": "/scratch"], fallback: "/runs/x/.sockets", user: 7
        ).map(\.path)
        let names = ["sweep-7"] + (1...9).map { "sweep-7-\($0)" }
        let shared = ["/scratch", "/tmp", "/var/tmp"].flatMap { place in names.map { "\(place)/\($0)" } }
        #expect(candidates == ["/run/sweep"] + shared + ["/runs/x/.sockets"])
        #expect(
            Article.quoted(in: row) == [
                "$XDG_RUNTIME_DIR/sweep", "sweep-UID", "sweep-UID-1", "-9", "$TMPDIR", "/tmp", "/var/tmp", ".sockets",
            ])
    }
}
