import Glibc
import Synchronization
import Training

extension FuzzTarget {
    /// A directory with CIFAR-10's six files, the first of which is the input's. Its first byte says how long that file
    /// is: short or long by a byte, as long as the input, or right and filled up with zeros. The next two say where in
    /// the file the rest of the input stands, in records.
    static let cifar10 = FuzzTarget("cifar10", seeds: Seeds.images) { bytes in
        imageDirectory.withLock { $0.check(bytes) }
    }
}

private let imageDirectory = Mutex(ImageDirectory())

/// Sparse files in a directory for temporary ones: they take the room of what was written to them.
private struct ImageDirectory {
    private static let fileBytes = CIFAR10Files.recordsPerBatch * ImageRecords.recordByteCount
    private let path: String

    init() {
        var template = Array("/tmp/sweep-fuzz-images-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no directory in /tmp: errno \(errno)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        for name in CIFAR10Files.trainBatches + [CIFAR10Files.testBatch] { write([], at: 0, to: name, Self.fileBytes) }
        removeAtExit(path)
    }

    mutating func check(_ input: [UInt8]) {
        var cursor = InputCursor(input)
        let kind = cursor.byte() % 8
        let record = Int(cursor.byte()) << 8 | Int(cursor.byte())
        let start = record % CIFAR10Files.recordsPerBatch * ImageRecords.recordByteCount
        let content = Array(cursor.rest.prefix(Self.fileBytes - start))
        let length =
            switch kind {
            case 0: Self.fileBytes - 1
            case 1: Self.fileBytes + 1
            case 2: content.count
            default: Self.fileBytes
            }
        let name = CIFAR10Files.trainBatches[0]
        write(content, at: start, to: name, length)
        let loaded = try? CIFAR10Files(directory: path).load()
        expect(loaded == nil || length == Self.fileBytes, "a batch of \(length) bytes was taken")
        if let loaded { checkRecords(loaded.train, content, from: start) }
    }

    /// Every label is one, and the images hold what was written.
    private func checkRecords(_ images: ImageRecords, _ content: [UInt8], from start: Int) {
        for offset in content.indices {
            let (record, place) = (start + offset).quotientAndRemainder(dividingBy: ImageRecords.recordByteCount)
            let value =
                place == 0 ? UInt8(images.label(at: record)) : images.withPixels(at: record) { $0[place - 1] }
            expect(value == content[offset], "byte \(place) of record \(record) is \(value)")
            expect(place > 0 || value < ImageRecords.classCount, "label \(value)")
        }
    }

    /// Leaves nothing of what stood there before.
    private func write(_ content: [UInt8], at offset: Int, to name: String, _ length: Int) {
        let descriptor = open("\(path)/\(name)", O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0, pwrite(descriptor, content, content.count, off_t(offset)) == content.count,
            ftruncate(descriptor, off_t(length)) == 0
        else { preconditionFailure("cannot write \(path)/\(name): errno \(errno)") }
    }
}

private let directoriesToRemove = Mutex<[String]>([])

private func removeAtExit(_ path: String) {
    directoriesToRemove.withLock { $0.append(path) }
    atexit {
        for path in directoriesToRemove.withLock({ $0 }) {
            for name in CIFAR10Files.trainBatches + [CIFAR10Files.testBatch] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
    }
}
