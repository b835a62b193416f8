import Experiment

/// What is measured at a time: a norm at a batch size.
struct Cell: Sendable, Hashable, CustomStringConvertible {
    let norm: Norm
    let batchSize: Int

    var description: String { "\(norm.rawValue), batch size \(batchSize)" }
}
