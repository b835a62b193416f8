import ArgumentParser
import Console
import Experiment

extension WorkerID: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }
}

extension ProgressDisplay.Format: ExpressibleByArgument {}
