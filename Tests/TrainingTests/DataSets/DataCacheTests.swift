import HostSystem
import Testing
import Training

struct DataCacheTests {
    private func directory(named name: String?, _ environment: [String: String]) throws(DataSetError) -> String {
        try DataCache.directory(named: name, user: UserDirectories(environment: environment, databaseHome: nil))
    }

    @Test func `the directory that is named comes first, then the cache`() throws {
        #expect(try directory(named: "here", ["HOME": "/home/x"]) == "here")
        #expect(try directory(named: nil, ["HOME": "/home/x"]) == "/home/x/.cache/sweep")
        #expect(try directory(named: nil, ["XDG_CACHE_HOME": "/var/x"]) == "/var/x/sweep")
        #expect(try directory(named: "here", [:]) == "here")
    }

    @Test func `who has no home is told so, and what to do`() {
        let error = #expect(throws: DataSetError.self) { try directory(named: nil, ["HOME": "relative"]) }
        #expect(error?.code == .notFound && error?.description.contains("no home directory") == true)
        #expect(error?.description.contains("XDG_CACHE_HOME") == true)
    }
}
