import ArgumentParser
import Experiment
import Foundation
import Training

/// `sweep plan FILE`: the tasks of a sweep file. Reads the file and the images, and touches nothing.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the tasks of a sweep file and what they would cost.",
        discussion: "Nothing is written and nothing runs.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    @Argument(help: ArgumentHelp("The sweep file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Where CIFAR-10's batches are (default: the cache).", valueName: "dir"))
    var data: String?

    @Option(help: "How to print the tasks.")
    var format = Format.table

    func run() throws {
        do {
            let sweep = try Sweep(contentsOf: file)
            let plan = try plan(of: sweep)
            print(format == .json ? plan.json + "\n" : plan.table, terminator: "")
        } catch let error as SweepFileError {
            reportError(error.description)
            throw ExitCode(2)
        } catch let error as DataSetError {
            reportError(error.description)
            throw ExitCode(1)
        }
    }

    /// Without CIFAR-10 the plan is the same but for the ids, so that is no failure here.
    private func plan(of sweep: Sweep) throws(DataSetError) -> SweepPlan {
        do {
            let images = try DataSet.load(sweep.data, directory: data)
            return SweepPlan(
                sweep: sweep, dataDigest: images.digest,
                images: ImageCounts(train: images.train.count, test: images.test.count))
        } catch {
            guard sweep.data == .cifar10, error.code == .notFound else { throw error }
            reportError("\(error.description) (until the data is there, the ids shown here are not those of the tasks)")
            return SweepPlan(sweep: sweep, dataDigest: DataDigest(standingInFor: .cifar10), images: .cifar10)
        }
    }

    private func reportError(_ message: String) {
        FileHandle.standardError.write(Data("sweep plan: \(message)\n".utf8))
    }
}

extension Sweep {
    /// Reads a sweep file from disk; a file that cannot be read is an error at its first line.
    init(contentsOf path: String) throws(SweepFileError) {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // One byte over the limit shows that the file is too large.
            bytes = try handle.read(upToCount: Sweep.fileByteLimit + 1) ?? Data()
        } catch {
            let message = "cannot be read (\(reason(error))); name a sweep file, such as sweeps/quick.yaml"
            throw SweepFileError(file: path, line: 1, key: nil, message: message)
        }
        try self.init(bytes: Array(bytes), file: path)
    }
}

private func reason(_ error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(CInt(cause.code))) : cause.localizedDescription
}
