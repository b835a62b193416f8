import Glibc

/// What the files of a directory said when they were read last, each read again only when it has changed.
struct KeyFolder<Content: Sendable & Equatable>: Sendable {
    private struct File: Sendable {
        let stamp: FileStamp
        let isSettled: Bool
        /// `nil` for a file that says nothing of use.
        let content: Content?
    }

    /// The stamp of the directory as it was before it was read; `nil` has it read at the next question.
    private var mark: FileStamp?
    private var files: [String: File] = [:]

    /// The contents of the files that say something, by name.
    var contents: [(name: KeyName, content: Content)] {
        files.compactMap { name, file in
            KeyName(rawValue: name).flatMap { name in file.content.map { (name, $0) } }
        }.sorted { $0.name < $1.name }
    }

    /// Reads what has changed, and says whether it says something else than before.
    ///
    /// A name that comes or goes changes the directory, and a file that is overwritten in its place does not: whether
    /// that was done is only seen where each file is examined, which costs a system call for each.
    ///
    /// - Parameters:
    ///   - byteLimit: of a file; `nil` where its name says everything.
    ///   - parse: what a file says; `nil` where it says nothing, which must not keep the others out.
    /// - Throws: where the directory or a file of it cannot be read now, or is open to others. What was known stays
    ///   known. For want of descriptors, whoever knows that no name has come or gone goes on with what was known.
    mutating func refresh(
        from directory: PrivateDirectory, examiningFiles: Bool, byteLimit: Int?, parse: (KeyName, [UInt8]) -> Content?
    ) throws(TransportError) -> Bool {
        let current = directory.stamp()
        let hasSameNames = current != nil && current == mark
        if !examiningFiles, hasSameNames { return false }
        let readingBegins = FileStamp.clock()
        let found: [String: File]
        do throws(TransportError) {
            found = try readChanges(in: directory, byteLimit, at: readingBegins, parse: parse)
        } catch {
            if hasSameNames, error.isForWant { return false }
            mark = nil
            throw error
        }
        let isChanged =
            found.count != files.count || found.contains { name, file in files[name]?.content != file.content }
        files = found
        mark = current.flatMap { $0.isSettled(at: readingBegins) ? $0 : nil }
        return isChanged
    }

    private func readChanges(
        in directory: PrivateDirectory, _ byteLimit: Int?, at time: Duration, parse: (KeyName, [UInt8]) -> Content?
    ) throws(TransportError) -> [String: File] {
        var found: [String: File] = [:]
        for (name, stamp) in try directory.files() {
            if let known = files[name], known.isSettled, known.stamp == stamp {
                found[name] = known
                continue
            }
            var bytes: [UInt8]? = []
            if let byteLimit {
                do throws(TransportError) {
                    bytes = try directory.read(name, byteLimit: byteLimit)
                } catch {
                    // Nothing is known of the file then. Of one that is no key, it is.
                    if error.isForWant { throw error }
                    bytes = nil
                }
            }
            let content = KeyName(rawValue: name).flatMap { name in bytes.flatMap { parse(name, $0) } }
            found[name] = File(stamp: stamp, isSettled: stamp.isSettled(at: time), content: content)
        }
        return found
    }
}

extension TransportError {
    /// The system lacked something for a moment; nothing is wrong with the file.
    var isForWant: Bool {
        systemCode.map { [EMFILE, ENFILE, ENOMEM, EIO].contains($0) } ?? false
    }
}
