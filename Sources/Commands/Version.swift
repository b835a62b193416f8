import Experiment
import HostSystem

/// The version of this program.
package enum Version {
    package static let current = "0.1.0"

    /// The version, and which build of it this process runs: `0.1.0+020d1768bb01`. What `sweep --version` prints, what
    /// a worker tells its coordinator, and what `attempts.csv` names.
    package static let build = build(ofProgram: "/proc/self/exe")

    /// The version of this source and the beginning of a program's build id; the version alone where it has none.
    package static func build(ofProgram path: String) -> String {
        current + (buildID(ofProgram: path).map { "+\(hexText($0.prefix(6)))" } ?? "")
    }
}
