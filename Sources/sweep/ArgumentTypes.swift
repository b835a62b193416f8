import ArgumentParser
import CommandOutput
import Commands
import Experiment

extension WorkerID: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }
}

extension OutputFormat: ExpressibleByArgument {}

extension ExportFormat: ExpressibleByArgument {}

/// The value of an option that is a number, read by the rule of sweep files.
func decimalOption(_ text: String) throws -> Double {
    switch DecimalNumber(text) {
    case .value(let value): return value
    case .tooSmall: throw ValidationError("it \(DecimalNumber.tooSmallWords)")
    case .tooLarge: throw ValidationError("it is too large")
    case .notANumber: throw ValidationError("write a decimal number, such as 0.5 or 1e-3")
    }
}
