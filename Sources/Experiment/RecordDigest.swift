import Statistics

/// Stands for a record where that is too large to be kept: the digests of two records agree exactly where the records
/// do, and are equal exactly where those have the same bits.
public struct RecordDigest: Sendable, Hashable {
    /// Of everything but the images.
    public let measured: ContentDigest
    /// Of which test images are right; `nil` where the record does not tell.
    public let outcomes: ContentDigest?

    package init(measured: ContentDigest, outcomes: ContentDigest? = nil) {
        self.measured = measured
        self.outcomes = outcomes
    }

    /// As `text` spells it; `nil` where it is no such text.
    public init?(text: String) {
        let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let measured = ContentDigest(rawValue: parts[0]) else { return nil }
        self.measured = measured
        outcomes = parts.count == 2 ? ContentDigest(rawValue: parts[1]) : nil
        if parts.count == 2, outcomes == nil { return nil }
    }

    /// One word, the same for equal digests.
    public var text: String {
        measured.rawValue + (outcomes.map { "\(Self.separator)\($0.rawValue)" } ?? "")
    }

    /// As of the same record without its outcomes.
    package var withoutOutcomes: RecordDigest { RecordDigest(measured: measured) }

    /// As `EpochRecord.confirms` of the records.
    package func confirms(_ other: RecordDigest) -> Bool {
        measured == other.measured && (other.outcomes == nil || outcomes == other.outcomes)
    }

    private static let separator: Character = "-"
}

extension EpochRecord {
    /// The same whether it is calculated of the record that came or of the one that a journal gives back.
    public var digest: RecordDigest {
        RecordDigest(measured: measuredDigest, outcomes: outcomes.map(Self.digest))
    }

    private var measuredDigest: ContentDigest {
        var bytes = LittleEndianBytes()
        bytes.add(Int64(epoch))
        for metric in Metric.allCases { bytes.add(metrics[metric].bitPattern) }
        // Each list has its length before it, so that no two records share their bytes.
        bytes.add(Int64(gradientNorms.count))
        for norm in gradientNorms { bytes.add(norm.bitPattern) }
        for sample in layerGradients {
            bytes.add(Int64(sample.layer.utf8.count))
            bytes.all.append(contentsOf: sample.layer.utf8)
            bytes.add(Int64(sample.values.count))
            for value in sample.values { bytes.add(value.bitPattern) }
        }
        return ContentDigest(of: bytes.all)
    }

    private static func digest(of outcomes: ImageOutcomes) -> ContentDigest {
        var bytes = LittleEndianBytes()
        bytes.add(Int64(outcomes.count))
        bytes.all.append(contentsOf: outcomes.bytes)
        return ContentDigest(of: bytes.all)
    }
}

private struct LittleEndianBytes {
    var all: [UInt8] = []

    mutating func add(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { all.append(contentsOf: $0) }
    }
}
