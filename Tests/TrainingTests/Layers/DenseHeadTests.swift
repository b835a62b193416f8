import Foundation
import Kernels
import TestSupport
import Testing
import Training

/// The dense head's loss and gradients.
struct DenseHeadTests {
    static let features = 64, images = 5, hidden = 128, classes = 10
    static let labels = [3, 0, 9, 3, 7]

    /// Features, weights and biases of both layers.
    static let counts = [images * features, hidden * features, hidden, classes * hidden, classes]

    private func plainLoss(_ values: [[Double]]) -> Double {
        var total = 0.0
        for image in 0..<Self.images {
            let hidden = (0..<Self.hidden).map { unit in
                (0..<Self.features).reduce(values[2][unit]) {
                    $0 + values[0][image * Self.features + $1] * values[1][$1 * Self.hidden + unit]
                }
            }
            let logits = (0..<Self.classes).map { index in
                (0..<Self.hidden).reduce(values[4][index]) {
                    $0 + max(0, hidden[$1]) * values[3][index * Self.hidden + $1]
                }
            }
            total += log(logits.reduce(0) { $0 + exp($1) }) - logits[Self.labels[image]]
        }
        return total / Double(Self.images)
    }

    @Test func `the loss is that of the plain form, and the gradients are its difference quotients`() {
        let arena = Arena()
        var numbers = FormulaNumbers(22)
        let weights = Self.counts.map { arena.floats($0) }, gradients = Self.counts.map { arena.floats($0) }
        for (pointer, count) in zip(weights, Self.counts) { numbers.fill(pointer, count, scale: 0.3) }
        let tensors = { (buffers: [UnsafeMutablePointer<Float>]) in
            DenseHead.Tensors(weight1: buffers[1], bias1: buffers[2], weight2: buffers[3], bias2: buffers[4])
        }
        let shape = ActivationShape(height: 1, width: 1, channels: Self.features)
        let head = DenseHead(
            shape: shape, capacity: Self.images, weights: tensors(weights), gradients: tensors(gradients),
            arena: arena, team: ThreadTeam(count: 2), kernels: .reference)
        for image in 0..<Self.images {
            head.features(image).update(from: weights[0] + image * Self.features, count: Self.features)
        }
        var hits = Array(repeating: false, count: Self.images)
        let result = head.forward(images: Self.images, labels: Self.labels, hits: &hits)
        #expect(hits.count { $0 } == result.correct)
        head.backward(images: Self.images, update: nil)
        for image in 0..<Self.images {
            let row = head.dFeatures.start + image * head.dFeatures.imageStride + shape.paddedOrigin
            (gradients[0] + image * Self.features).update(from: row, count: Self.features)
        }

        let values = zip(weights, Self.counts).map { pointer, count in (0..<count).map { Double(pointer[$0]) } }
        #expect(abs(Double(result.loss) - plainLoss(values)) < 1e-6)
        for (index, name) in ["features", "weight1", "bias1", "weight2", "bias2"].enumerated() {
            expectGradient(gradients[index], of: values[index], name: name, bound: 1e-5) { changed in
                var changedValues = values
                changedValues[index] = changed
                return plainLoss(changedValues)
            }
        }
    }
}
