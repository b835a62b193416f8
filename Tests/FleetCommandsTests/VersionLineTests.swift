import Commands
import FleetCommands
import Testing

struct VersionLineTests {
    @Test func `the version is one line that names build, commit, protocol and journal schema`() throws {
        let line = VersionLine.text
        let words = try #require(
            line.wholeMatch(
                of: /sweep ([0-9.]+)[+][0-9a-f]{12}, commit ([0-9a-z+]+), protocol ([0-9]+), journal schema ([0-9]+)/
            ),
            "\(line)")
        #expect(words.1 == Version.current)
        #expect(words.2 == Version.commit)
    }
}
