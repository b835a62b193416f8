import Foundation
import HostSystem
import Transport

/// Where the keys of this user are, or why there is no place for them.
package func ownKeyDirectory() -> Result<String, TransportError> {
    let directories = UserDirectories(environment: ProcessInfo.processInfo.environment)
    return Result { () throws(TransportError) in try KeyStore.defaultDirectory(directories) }
}

/// Where the keys are that workers of this user made; `nil` where there is no place for them.
func ownWorkerKeyDirectory() -> String? {
    UserDirectories(environment: ProcessInfo.processInfo.environment).workerKeys
}

/// The running program, for workers and trainers that are processes of the same one: the file that runs, also after
/// another build took its name.
package let ownExecutable = "/proc/self/exe"
