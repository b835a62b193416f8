import CommandOutput
import Training

/// `sweep data fetch`: gets CIFAR-10 into the cache or another directory.
package struct ImageFetch {
    private let fetch: CIFAR10Fetch

    /// - Parameters:
    ///   - address: of a mirror; `nil` for the official one.
    ///   - md5: of the archive; `nil` for the official one's checksums.
    ///   - directory: that gets the batches; `nil` for the cache.
    /// - Throws: `badAddress` where the address or the checksum is none, and where this user has no cache.
    package init(from address: String?, md5: String?, into directory: String?) throws(DataSetError) {
        fetch = try CIFAR10Fetch(source: try ArchiveSource(address: address, md5: md5), directory: directory)
    }

    /// Checks the options alone.
    ///
    /// - Throws: `badAddress` where the address or the checksum is none.
    package static func check(address: String?, md5: String?) throws(DataSetError) {
        _ = try ArchiveSource(address: address, md5: md5)
    }

    /// Blocks until the batches are in place, and shows on the terminal how far that is.
    ///
    /// - Returns: what to say.
    /// - Throws: what `CIFAR10Fetch.run` throws.
    package func run(showingOn terminal: Terminal) throws(DataSetError) -> String {
        let progress = FetchProgress(terminal)
        defer { progress.end() }
        return Self.line(try fetch.run { progress.show($0) })
    }

    package static func line(_ outcome: CIFAR10Fetch.Outcome) -> String {
        switch outcome {
        case .alreadyThere(let directory): "CIFAR-10 is there and whole: \(directory)"
        case .fetched(let directory): "CIFAR-10 is ready: \(directory)"
        }
    }
}

/// `sweep data verify`: every size and label of CIFAR-10's batches.
package enum ImageCheck {
    /// - Parameter directory: with `data_batch_1.bin` …, or its parent; `nil` for the cache.
    /// - Returns: what to say.
    /// - Throws: a `DataSetError` that names the file which is missing or wrong.
    package static func lines(directory: String?) throws -> [String] {
        let files = try CIFAR10Files(directory: DataCache.directory(named: directory))
        let images = try DataSet.load(.cifar10, directory: files.directory)
        return [
            "CIFAR-10 is there and whole: \(files.directory)",
            "\(images.train.count) training images, \(images.test.count) test images, SHA-256 \(images.digest)",
        ]
    }
}
