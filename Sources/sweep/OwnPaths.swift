import Foundation
import Transport

/// Where the keys of this user are.
func ownKeyDirectory() throws -> String {
    do {
        return try KeyStore.defaultDirectory(environment: ProcessInfo.processInfo.environment)
    } catch {
        throw CommandFailure(error.description)
    }
}

/// The running program, for workers and trainers that are processes of the same one: the file that runs, also after
/// another build took its name.
let ownExecutable = "/proc/self/exe"
