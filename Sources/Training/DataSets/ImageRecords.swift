/// Labelled images as CIFAR-10's binary batches lay them out: records of one label byte, 0 to 9, and 3,072 pixel
/// bytes, the planes R, G and B of 32 rows of 32.
///
/// A value is a view: copies and prefixes share the bytes, and the bytes never change.
public struct ImageRecords: Sendable {
    /// Bytes of an image: 3 planes of 32 × 32.
    public static let pixelByteCount = 3_072
    /// Bytes of a record: the label and the image.
    public static let recordByteCount = 3_073
    public static let classCount = 10

    public private(set) var count: Int
    @usableFromInline let storage: RecordStorage

    /// Whole records in memory; each starts with a label of 0 to 9.
    public init(bytes: [UInt8]) {
        precondition(bytes.count % Self.recordByteCount == 0, "\(bytes.count) bytes are no whole records")
        let count = bytes.count / Self.recordByteCount
        self.init(storage: RecordStorage(segments: [HeapBytes(bytes)], recordsPerSegment: max(count, 1)), count: count)
    }

    /// The first `count` records of `storage`.
    init(storage: RecordStorage, count: Int) {
        precondition(count <= storage.starts.count * storage.recordsPerSegment)
        self.storage = storage
        self.count = count
    }

    /// The class of an image, 0 to 9.
    @inlinable
    public func label(at index: Int) -> Int {
        precondition(index >= 0 && index < count, "record \(index) of \(count)")
        return withExtendedLifetime(storage) { Int(storage.record(at: index)[0]) }
    }

    /// Calls `body` with the 3,072 pixel bytes of an image; the pointer is valid during the call only.
    @inlinable
    public func withPixels<R>(at index: Int, _ body: (UnsafePointer<UInt8>) -> R) -> R {
        precondition(index >= 0 && index < count, "record \(index) of \(count)")
        return withExtendedLifetime(storage) { body(storage.record(at: index) + 1) }
    }

    /// The first `n` records; all of them where there are fewer.
    public func prefix(_ n: Int) -> ImageRecords {
        precondition(n >= 0)
        return ImageRecords(storage: storage, count: min(n, count))
    }

    /// Calls `body` with the bytes of all records, in order, a run of adjacent ones at a time.
    func forEachRun(_ body: (UnsafeRawBufferPointer) -> Void) {
        withExtendedLifetime(storage) {
            for first in stride(from: 0, to: count, by: storage.recordsPerSegment) {
                let records = min(storage.recordsPerSegment, count - first)
                body(UnsafeRawBufferPointer(start: storage.record(at: first), count: records * Self.recordByteCount))
            }
        }
    }
}

/// Memory that holds whole records and stays where it is as long as the object lives. The bytes are only read.
protocol RecordSegment: AnyObject, Sendable {
    var start: UnsafePointer<UInt8> { get }
}

/// The memory behind `ImageRecords`: segments of equally many records, such as the five mapped training batches.
///
/// Unchecked: the pointers lead into segments that this object keeps alive and that nobody writes.
@usableFromInline
final class RecordStorage: @unchecked Sendable {
    @usableFromInline let starts: [UnsafePointer<UInt8>]
    @usableFromInline let recordsPerSegment: Int
    private let segments: [any RecordSegment]

    init(segments: [any RecordSegment], recordsPerSegment: Int) {
        self.segments = segments
        self.recordsPerSegment = recordsPerSegment
        starts = segments.map(\.start)
    }

    @inlinable
    func record(at index: Int) -> UnsafePointer<UInt8> {
        let (segment, record) = index.quotientAndRemainder(dividingBy: recordsPerSegment)
        return starts[segment] + record * ImageRecords.recordByteCount
    }
}

/// A copy of an array at a fixed address.
///
/// Unchecked: the bytes are written before anyone else can see them, and only read from then on.
final class HeapBytes: RecordSegment, @unchecked Sendable {
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    var start: UnsafePointer<UInt8> { UnsafePointer(bytes.baseAddress!) }

    init(_ array: [UInt8]) {
        // At least one byte, so that there is an address.
        bytes = .allocate(capacity: max(array.count, 1))
        _ = bytes.initialize(from: array)
    }

    deinit { bytes.deallocate() }
}
