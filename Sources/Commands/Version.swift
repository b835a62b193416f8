import CBuild

/// The version of this program, which everything else takes from here: packages too, which ask the program.
package enum Version {
    package static let current = "0.1.0"

    /// The beginning of the commit's hash, with `+changes` where files differed from it. A build that was told of none
    /// says `unknown`: `deploy/package` tells, a plain `swift build` does not, so that a commit rebuilds nothing.
    package static let commit = String(cString: build_commit())
}
