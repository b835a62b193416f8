import HostSystem
import Testing

/// Where keys and images are kept.
struct UserDirectoriesTests {
    @Test func `variables come before the home, and the home before the user database`() {
        let all = UserDirectories(
            environment: ["XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k", "HOME": "/h"], databaseHome: "/d")
        #expect(all.keys == "/c/sweep/keys" && all.cache == "/k/sweep")
        let home = UserDirectories(environment: ["HOME": "/h"], databaseHome: "/d")
        #expect(home.keys == "/h/.config/sweep/keys" && home.cache == "/h/.cache/sweep")
        let database = UserDirectories(environment: [:], databaseHome: "/d")
        #expect(database.keys == "/d/.config/sweep/keys" && database.cache == "/d/.cache/sweep")
        let nobody = UserDirectories(environment: [:], databaseHome: nil)
        #expect(nobody.keys == nil && nobody.cache == nil)
    }

    @Test(arguments: ["", "relative", "./here", "~/x"])
    func `a variable that is no absolute path is ignored`(value: String) {
        let directories = UserDirectories(
            environment: ["XDG_CONFIG_HOME": value, "XDG_CACHE_HOME": value, "HOME": value], databaseHome: "/d")
        #expect(directories.keys == "/d/.config/sweep/keys" && directories.cache == "/d/.cache/sweep")
    }

    @Test func `a slash at the end changes nothing, also of the root`() {
        let directories = UserDirectories(environment: ["XDG_CONFIG_HOME": "/c/", "HOME": "/"], databaseHome: nil)
        #expect(directories.keys == "/c/sweep/keys" && directories.cache == "/.cache/sweep")
    }
}
