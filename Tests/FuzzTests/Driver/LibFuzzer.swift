import FuzzTargets
import Glibc

// The two functions that libFuzzer calls. Compiled by `deploy/fuzz` alone: its runtime has the main function.
// FUZZ_TARGET names the target. With FUZZ_SEEDS, a folder, what fuzzing starts from is written there, and that is all.

private let target: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget[name] else {
        let names = FuzzTarget.all.map(\.name).joined(separator: " ")
        end(with: "FUZZ_TARGET is '\(name)'; it must be one of: \(names)", exitCode: 2)
    }
    return target
}()

@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(_ count: UnsafeMutableRawPointer, _ words: UnsafeMutableRawPointer) -> CInt {
    _ = target
    guard let folder = getenv("FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
    for (number, seed) in target.seeds().enumerated() {
        guard let file = fopen("\(folder)/seed-\(number)", "w"), fwrite(seed, 1, seed.count, file) == seed.count,
            fclose(file) == 0
        else {
            end(with: "cannot write to \(folder)", exitCode: 1)
        }
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func runOneInput(_ bytes: UnsafeRawPointer?, _ count: Int) -> CInt {
    target.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

private func end(with message: String, exitCode: CInt) -> Never {
    _ = "error: \(message)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(exitCode)
}
