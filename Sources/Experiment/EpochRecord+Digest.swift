extension EpochRecord {
    /// Of everything that equality looks at: two records have the same digest exactly where they have the same bits.
    public var digest: ContentDigest {
        var bytes: [UInt8] = []
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(Int64(epoch))
        for metric in Metric.allCases { add(metrics[metric].bitPattern) }
        // Each list has its length before it, so that no two records share their bytes.
        add(Int64(gradientNorms.count))
        for norm in gradientNorms { add(norm.bitPattern) }
        for sample in layerGradients {
            add(Int64(sample.layer.utf8.count))
            bytes.append(contentsOf: sample.layer.utf8)
            add(Int64(sample.values.count))
            for value in sample.values { add(value.bitPattern) }
        }
        return ContentDigest(of: bytes)
    }
}
