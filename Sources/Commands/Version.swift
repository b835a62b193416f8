import CBuild
import Experiment
import HostSystem

/// The version of this program, which everything else takes from here: packages too, which ask the program.
package enum Version {
    package static let current = "0.3.0"

    /// The version, and which build of it this process runs: `0.3.0+020d1768bb01`. What a worker tells its coordinator,
    /// and what `attempts.csv` names.
    package static let build = build(ofProgram: "/proc/self/exe")

    /// The beginning of the commit's hash, with `+changes` where files differed from it. A build that was told of none
    /// says `unknown`: `deploy/package` tells, a plain `swift build` does not, so that a commit rebuilds nothing.
    package static let commit = String(cString: build_commit())

    /// The version of this source and the beginning of a program's build id; the version alone where it has none.
    package static func build(ofProgram path: String) -> String {
        current + (buildID(ofProgram: path).map { "+\(hexText($0.prefix(6)))" } ?? "")
    }
}
