import Experiment
import Kernels

/// The first layer's convolution: inputs are images as `ImagePlanes` lays them out, and the output is never stored. See
/// `Kernels/ImageConvolution.swift` and `ImageCorrelation.swift`.
///
/// With gain, slope, centre and offset of a norm's gradient and p a pixel's patch, the weights' gradient is
/// gain · Σ g p + slope · (R W − centre · Σ p) + offset · Σ p.
package struct ImageConvolution: Convolution {
    package let input = ActivationShape(
        height: ImagePlanes.side, width: ImagePlanes.side, channels: ImagePlanes.planes)
    package let outputShape: ActivationShape
    package let inputCount = ImagePlanes.count
    package let blockImages = 1
    private let weights: UnsafeMutablePointer<Float>
    private let bias: UnsafePointer<Float>
    private let norm: Norm
    private let transformed: WinogradPlanes
    /// The peaks' places in their windows, for the whole batch.
    private let places: UnsafeMutablePointer<UInt8>
    private let members: [Scratch]
    private let kernels: KernelTable

    /// A member's buffers, used by the thread of its number alone.
    private struct Scratch {
        let forward: UnsafeMutablePointer<Float>
        let backward: UnsafeMutablePointer<Float>
        /// Σ gain · g · patch, for each output channel.
        let sums: UnsafeMutablePointer<Float>
        let correlation: ImageCorrelation
        /// What every pixel has a share in, for each tap its channels.
        let shared: UnsafeMutablePointer<Double>
    }

    package static func isSupported(input: ActivationShape, outputChannels: Int) -> Bool {
        input.height == ImagePlanes.side && input.width == ImagePlanes.side && input.channels == ImagePlanes.planes
            && outputChannels % 16 == 0
    }

    package init(outputChannels channels: Int, context: ConvolutionContext) {
        outputShape = ActivationShape(height: ImagePlanes.side, width: ImagePlanes.side, channels: channels)
        weights = context.weights
        bias = context.bias
        norm = context.norm
        kernels = context.kernels
        let arena = context.arena
        transformed = arena.planes(rows: ImagePlanes.planes, columns: channels)
        places = arena.bytes(context.capacity * outputShape.pooled.count)
        members = (0..<context.members).map { _ in
            Scratch(
                forward: arena.floats(ImageTiles.scratchCount(channels: channels)),
                backward: arena.floats(ImageGradient.scratchCount(channels: channels)),
                sums: arena.floats(channels * ImageGradient.patchStride),
                correlation: ImageCorrelation(start: arena.floats(ImageCorrelation.count)),
                shared: arena.doubles(ImageGradient.taps * channels))
        }
    }

    package var weightCount: Int { ImageGradient.taps * outputShape.channels }

    /// The backward pass reads the weights themselves.
    package func preparationUnits(for form: WeightForm) -> Int { form == .forward ? 1 : 0 }

    package func prepare(_ form: WeightForm, unit: Int) {
        let channels = outputShape.channels
        kernels.winogradWeights(
            FilterView(
                start: weights, tapStride: ImagePlanes.planes * channels, rowStride: channels,
                size: MatrixSize(rows: ImagePlanes.planes, columns: channels)), transformed)
    }

    package func forward(_ images: Range<Int>, input: UnsafePointer<Float>, member: Int, pass: ForwardPass) {
        for image in images {
            kernels.imageConvolution(
                input + (image - images.lowerBound) * inputCount, transformed, outputShape, pass.peakSigns,
                pass.summary(image, outputShape),
                pass.needsPeaksAlone ? nil : places + image * outputShape.pooled.count, members[member].forward)
        }
    }

    package var inputGradient: GradientImages? { nil }

    package func backward(
        _ images: Range<Int>, input: UnsafePointer<Float>, member: Int, startsSum: Bool, pass: BackwardPass
    ) {
        let scratch = members[member]
        if startsSum {
            scratch.sums.update(repeating: 0, count: outputShape.channels * ImageGradient.patchStride)
            scratch.correlation.start.update(repeating: 0, count: ImageCorrelation.count)
        }
        for image in images {
            let planes = input + (image - images.lowerBound) * inputCount, gradient = pass.gradient(image)
            kernels.imageWeightGradient(
                planes, gradient, places + image * outputShape.pooled.count, scratch.backward, scratch.sums)
            switch norm {
            case .none: break
            case .batch: kernels.imageCorrelation(planes, 1, 0, scratch.correlation)
            case .layer:
                // Slope and offset are the same for all channels; the centre is the image's mean less the bias.
                let slope = gradient.terms.slope[0], mean = gradient.terms.centre[0] + bias[0]
                kernels.imageCorrelation(
                    planes, slope, gradient.terms.offset[0].addingProduct(-slope, mean), scratch.correlation)
            }
        }
    }

    package func writeWeightGradient(
        _ dWeights: UnsafeMutablePointer<Float>, member: Int, terms: GradientTerms
    ) {
        let channels = outputShape.channels, sums = members[member].sums, shared = members[member].shared
        if norm != .none { writeSharedGradient(members[member].correlation, terms, shared) }
        for tap in 0..<ImageGradient.taps {
            let target = dWeights + Self.place(ofTap: tap) * channels
            for channel in 0..<channels {
                let peaks = Double(sums[channel * ImageGradient.patchStride + tap])
                // Without a norm, only peaks have a share: the other one stays 0.
                target[channel] = Float(peaks + shared[tap * channels + channel])
            }
        }
    }

    /// The part of the gradient that every pixel has a share in: for each tap, its channels.
    private func writeSharedGradient(
        _ correlation: ImageCorrelation, _ terms: GradientTerms, _ result: UnsafeMutablePointer<Double>
    ) {
        let channels = outputShape.channels, (sums, planeSums) = correlation.patchSums()
        correlation.correlatedWeights(channels: channels, result: result) {
            UnsafePointer(weights + Self.place(ofTap: $0) * channels)
        }
        for tap in 0..<ImageGradient.taps {
            let line = result + tap * channels, sum = sums[tap], planeSum = planeSums[tap]
            for channel in 0..<channels {
                if norm == .batch {
                    let slope = Double(terms.slope[channel]), centre = Double(terms.centre[channel])
                    line[channel] = slope * (line[channel] - centre * sum) + Double(terms.offset[channel]) * sum
                } else {
                    line[channel] = line[channel] + Double(bias[channel]) * sum + planeSum
                }
            }
        }
    }

    /// The place of a tap of PyTorch's order, (plane, row, column), among the weights: (row, column, plane).
    private static func place(ofTap tap: Int) -> Int { tap % 9 * ImagePlanes.planes + tap / 9 }
}
