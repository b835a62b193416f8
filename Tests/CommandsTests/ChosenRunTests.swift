import CommandFixtures
import CommandOutput
import Commands
import Foundation
import TestSupport
import Testing

/// Which run directory a command is about.
struct ChosenRunTests {
    private let directory = TemporaryDirectory()

    @Test func `a run directory that is named is taken as it is`() throws {
        #expect(try ChosenRun(named: "anywhere/it/is").directory.path == "anywhere/it/is")
    }

    @Test func `the only sweep there is needs no name`() throws {
        _ = try directory.run("finished", as: "one")
        // A directory without a journal, and a file: no run directories.
        _ = try directory.makeDirectory("notes")
        _ = try directory.write("", to: "a file")
        #expect(try ChosenRun(named: nil, in: directory.path).directory.path == directory.file("one"))
    }

    @Test func `a name is asked for where there is no run directory, or no such place`() {
        for place in [directory.path, directory.file("nowhere")] {
            let failure = commandFailure { _ = try ChosenRun(named: nil, in: place) }
            #expect(
                failure
                    == CommandFailure("no sweep under \(place)/; name its directory with --out DIR", exitCode: .usage))
        }
    }

    @Test func `a place that cannot be read is named with the reason`() throws {
        let place = try directory.write("", to: "a file")
        let failure = commandFailure { _ = try ChosenRun(named: nil, in: place) }
        #expect(failure?.exitCode == .usage)
        #expect(failure?.message.hasPrefix("\(place)/ cannot be read (") == true, "\(failure?.message ?? "")")
    }

    @Test func `one of several sweeps must be chosen, and all are listed by name`() throws {
        for name in ["b", "a"] { _ = try directory.run("finished", as: name) }
        let place = directory.path
        let failure = commandFailure { _ = try ChosenRun(named: nil, in: place) }
        #expect(
            failure?.message
                == "several sweeps under \(place)/; choose one with --out DIR: \(place)/a, \(place)/b")
        #expect(failure?.exitCode == .usage)
    }

    @Test func `tables are read from any directory that is there`() throws {
        let tables = try directory.makeDirectory("tables")
        #expect(try ChosenRun(withTablesIn: tables, named: nil).directory.path == tables)
        #expect(try ChosenRun(withTablesIn: nil, named: tables).directory.path == tables)
        #expect(try ChosenRun(withTablesIn: tables, named: tables).directory.path == tables)
        let two = commandFailure { _ = try ChosenRun(withTablesIn: tables, named: "other") }
        #expect(two == CommandFailure("two directories, \(tables) and other: give one", exitCode: .usage))
        let path = try directory.write("", to: "file")
        for missing in [path, directory.file("missing")] {
            let failure = commandFailure { _ = try ChosenRun(withTablesIn: missing, named: nil) }
            #expect(
                failure == CommandFailure("\(missing): no such directory; name a run directory", exitCode: .usage))
        }
    }

    @Test func `a directory without a sweep fails with words of its own`() throws {
        let failure = commandFailure { _ = try ChosenRun(named: directory.path).reader() }
        #expect(
            failure
                == CommandFailure("\(directory.path): no sweep is in this directory; start one with `sweep run`"))
    }
}
