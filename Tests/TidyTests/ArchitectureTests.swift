import ChildProcesses
import Foundation
import TestSupport
import Testing

struct ArchitectureTests {
    private static let sources = Package.swiftFiles.filter { $0.path.hasPrefix("Sources/") }

    @Test func `a target imports what the table allows it, and all of that`() {
        var findings: [String] = []
        var used: [String: Set<String>] = [:]
        for file in Self.sources {
            let targets = Architecture.targets(of: file)
            if targets.isEmpty {
                findings.append(file.finding(1, "its target is not in the table of Architecture.swift"))
            }
            for target in targets {
                for (line, module) in file.imports {
                    used[target.name, default: []].insert(module)
                    guard !(target.imports + target.toolchain).contains(module) else { continue }
                    findings.append(file.finding(line, "\(target.name) may not import \(module)"))
                }
            }
        }
        for target in Architecture.targets where !target.name.hasPrefix("C") || used[target.name] != nil {
            for module in target.imports + target.toolchain where used[target.name]?.contains(module) != true {
                findings.append("\(target.name) may import \(module) and does not; take it out of the table")
            }
        }
        #expect(findings.isEmpty, "\n\(findings.joined(separator: "\n"))")
    }

    @Test(arguments: ["Commands", "Simulation"])
    func `what works without a network does not link ZeroMQ`(name: String) throws {
        var linked: Set<String> = [], waiting = [name]
        while let next = waiting.popLast() {
            guard linked.insert(next).inserted else { continue }
            waiting += Architecture[next]?.imports ?? []
        }
        #expect(linked.contains("Journal"))
        #expect(linked.isDisjoint(with: ["CZeroMQ", "Transport", "CoordinatorService"]), "\(linked.sorted())")
    }

    @Test func `a target imports only what stands above it`() {
        let names = Architecture.targets.map(\.name)
        #expect(Set(names).count == names.count)
        for (place, target) in Architecture.targets.enumerated() {
            for module in target.imports where names.contains(module) {
                #expect(names[..<place].contains(module), "\(target.name) stands above \(module)")
            }
        }
    }

    @Test func `the manifest says the same`() throws {
        let manifest = try Manifest.read()
        for target in Architecture.targets {
            let dependencies = try #require(
                manifest.dependencies[target.name], "\(target.name) is not in Package.swift")
            // Modules that come with the product of another name, or with one that is there for its main module.
            let imports = target.imports.map {
                ["HTTPTypes": "Hummingbird", "UnixSignals": "ServiceLifecycle"][$0] ?? $0
            }
            let difference = dependencies.symmetricDifference(imports)
            #expect(difference.isEmpty, "\(target.name): Package.swift and the table differ in \(difference.sorted())")
        }
        let sources = manifest.kinds.keys.filter { !Self.isOfTests($0, in: manifest) }
        #expect(Set(sources) == Set(Architecture.targets.map(\.name)))
    }

    /// A target of tests, or what several of them share.
    private static func isOfTests(_ target: String, in manifest: Manifest) -> Bool {
        manifest.kinds[target] == "test" || Package.paths.contains { $0.hasPrefix("Tests/\(target)/") }
    }

    @Test func `a target of tests imports what Package.swift lets it, and all of that`() throws {
        let manifest = try Manifest.read()
        let targets = manifest.kinds.keys.filter { Self.isOfTests($0, in: manifest) }.sorted()
        #expect(targets.contains("TidyTests") && targets.contains("TestSupport"))
        var findings: [String] = []
        for target in targets {
            let files = Package.swiftFiles.filter { $0.path.hasPrefix("Tests/\(target)/") }
            // Programs are declared to be built, so that tests can run them.
            let programs = manifest.kinds.filter { $0.value == "executable" }.keys
            findings += Rules.imports(
                of: files, in: target, declared: manifest.dependencies[target, default: []],
                withoutImport: Set(programs))
        }
        #expect(findings.isEmpty, "\n\(findings.joined(separator: "\n"))")
    }
}

/// What `swift package dump-package` says of the targets.
private struct Manifest {
    private(set) var dependencies: [String: Set<String>] = [:]
    private(set) var kinds: [String: String] = [:]

    static func read() throws -> Manifest {
        let directory = TemporaryDirectory()
        let output = "\(directory.path)/manifest.json"
        // Its own scratch directory: that of the tests may be locked by who runs them.
        let command = "swift package --package-path '\(Package.root)' --scratch-path '\(directory.path)' dump-package"
        let process = try FinishedProcess(running: ["sh", "-c", "\(command) >'\(output)'"])
        try #require(process.end == .exited(0), "\(process.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: output))) as? [String: Any]
        var manifest = Manifest()
        for target in try #require(json?["targets"] as? [[String: Any]]) {
            let name = try #require(target["name"] as? String)
            manifest.kinds[name] = target["type"] as? String
            let entries = try #require(target["dependencies"] as? [[String: [Any]]])
            manifest.dependencies[name] = Set(entries.compactMap { $0.values.first?.first as? String })
        }
        return manifest
    }
}
