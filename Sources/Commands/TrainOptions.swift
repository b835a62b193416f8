import CommandOutput
import Experiment
import Foundation
import Training

/// What `sweep train` was asked for.
package struct TrainOptions {
    /// The data set's name where it is built in, else where CIFAR-10's batches are; `nil` for the cache.
    package var data: String?
    package var norm = TaskParameters().norm.rawValue
    package var batchSize = TaskParameters().batchSize
    package var seed = TaskParameters().seed
    package var epochs = TaskParameters().epochs
    package var learningRate = TaskParameters().learningRate
    package var trainLimit: Int?
    package var testLimit: Int?
    package var threads = 1
    /// The name of the kernels; `nil` for this processor's best.
    package var kernels: String?
    /// Where to write the trained weights.
    package var save: String?
    /// Whether loss and gradient norm of every step are printed.
    package var perStep = false

    package init() {}

    var dataSet: DataSetName { data == DataSetName.shapes.rawValue ? .shapes : .cifar10 }

    /// Where the images are; `nil` where they are in the cache or built in.
    var dataDirectory: String? { dataSet == .cifar10 ? data : nil }

    /// Looks at everything, before anything is loaded.
    ///
    /// - Throws: `CommandFailure` of code `.usage`, with the option and what would be right.
    package func check() throws(CommandFailure) {
        _ = try parameters()
        _ = try trainerOptions()
        if let save { try Self.checkWritable(save) }
    }

    /// - Throws: as `check`.
    package func parameters() throws(CommandFailure) -> TaskParameters {
        var parameters = TaskParameters()
        let given: [(Hyperparameter, ParameterValue?)] = [
            (.norm, .word(norm)), (.batchSize, .integer(batchSize)), (.seed, .integer(seed)),
            (.epochs, .integer(epochs)), (.learningRate, .real(learningRate)),
            (.trainLimit, trainLimit.map { .integer($0) }), (.testLimit, testLimit.map { .integer($0) }),
        ]
        for case (let name, let value?) in given {
            guard name.domain.value(parsing: value.description) != nil else {
                let option = "--" + name.rawValue.replacing("_", with: "-")
                throw Self.refusal("\(option) \(value): must be \(name.domain.requirement)")
            }
            parameters[name] = value
        }
        return parameters
    }

    /// - Throws: as `check`.
    package func trainerOptions() throws(CommandFailure) -> TrainerOptions {
        guard (1...256).contains(threads) else {
            throw Self.refusal("--threads \(threads): must be 1 to 256; more than 4 bring little")
        }
        var options = TrainerOptions(threads: threads, reportsGradientNorms: perStep)
        guard let kernels else { return options }
        let available = KernelSelection.allCases.filter(\.isAvailable)
        options.kernels = available.first { $0.rawValue == kernels }
        guard options.kernels != nil else {
            let names = available.map(\.rawValue).joined(separator: ", ")
            throw Self.refusal("--kernels \(kernels): this processor has none of that name; use one of \(names)")
        }
        return options
    }

    private static func checkWritable(_ path: String) throws(CommandFailure) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        // The file is replaced by a rename, which would replace a device or a pipe as well.
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw refusal("--save \(path): is there and no regular file; name another one")
        }
        guard access(directory, W_OK) == 0 else {
            throw refusal("--save \(path): cannot write to \(directory); name a directory that is there")
        }
    }

    private static func refusal(_ message: String) -> CommandFailure { CommandFailure(message, exitCode: .usage) }
}
