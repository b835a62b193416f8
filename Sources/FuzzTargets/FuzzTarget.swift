/// A reader of what others wrote, as a fuzzer calls it: with any bytes.
///
/// A reader refuses bytes by an error or with `nil`. A trap, a hang, and memory out of all proportion to the input are
/// faults, and so is a value that does not come back from its own encoding; the last is a trap here, too, so that
/// every driver notices it. `deploy/fuzz` runs the targets under a fuzzer that follows coverage, and the tests run each
/// stored input through its target.
package struct FuzzTarget: Sendable {
    /// Also that of its folder of stored inputs.
    package let name: String
    /// What a fuzzer starts from: an input of each kind.
    package let seeds: @Sendable () -> [[UInt8]]
    private let body: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, seeds: @escaping @Sendable () -> [[UInt8]],
        body: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.body = body
    }

    package func run(_ input: UnsafeRawBufferPointer) { body(Array(input)) }

    package static let all: [FuzzTarget] = [
        .checkpoint, .cifar10, .controlRequest, .coordinatorMessage, .csv, .sweepFile, .token, .trainerPipe,
        .workerMessage,
    ]

    package static subscript(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What a fuzzer takes for a crash.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) { precondition(condition, message()) }
