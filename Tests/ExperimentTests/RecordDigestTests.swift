import Experiment
import Statistics
import Testing

/// Digests say of two records what the records themselves would say.
struct RecordDigestTests {
    private static func record(loss: Double = 1, images: [Bool]? = nil) -> EpochRecord {
        EpochRecord(
            epoch: 2, metrics: EpochMetrics(trainLoss: loss, valLoss: 1, trainAccuracy: 50, valAccuracy: 50),
            gradientNorms: [1, 2], layerGradients: [LayerGradientSample(layer: "conv1", values: [0.5])],
            outcomes: images.map(ImageOutcomes.init))
    }

    private static let records = [
        record(), record(images: [true, false]), record(images: [false, true]), record(images: [true, false, false]),
        record(loss: 1.0.nextUp), record(loss: 1.0.nextUp, images: [true, false]), record(loss: -0.0), record(loss: 0),
    ]

    @Test(arguments: records.indices, records.indices)
    func `two digests are equal, and one confirms the other, exactly where that holds of the records`(
        first: Int, second: Int
    ) {
        let (one, other) = (Self.records[first], Self.records[second])
        #expect((one == other) == (first == second))
        #expect((one.digest == other.digest) == (one == other))
        #expect(one.digest.confirms(other.digest) == one.confirms(other))
        let isTold = one.outcomes != nil || other.outcomes == nil
        #expect(one.confirms(other) == (one.agrees(with: other) && isTold))
    }

    @Test(arguments: records)
    func `a digest reads back from its text`(record: EpochRecord) {
        #expect(RecordDigest(text: record.digest.text) == record.digest)
        #expect(RecordDigest(text: record.digest.text).map(record.digest.confirms) == true)
    }

    @Test func `what is no digest is not read`() {
        let text = Self.records[1].digest.text
        let wrong = ["", "-", String(text.dropLast()), "\(text)-", "\(text)-\(text)", "-\(text)", text.uppercased()]
        for wrong in wrong { #expect(RecordDigest(text: wrong) == nil, "\(wrong)") }
    }
}
