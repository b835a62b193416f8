import Experiment
import Kernels
import Training

/// The floating-point operations of a step for each image; a multiply-add counts as two.
///
/// Only the products are counted: the transforms around them, norms, pooling and Adam are the price of
/// doing fewer products, and show as a smaller share of the peak.
struct StepArithmetic {
    let norm: Norm

    private static let channels = ParameterLayout.channels
    private static let features = (ParameterLayout.imageSide / 8) * (ParameterLayout.imageSide / 8) * channels[3]
    private static let hidden = ParameterLayout.hiddenCount
    private static let classes = ParameterLayout.classCount
    /// Columns that the head's second layer computes forward.
    private static let logitColumns = 16

    /// What the engine does.
    func done(_ phase: Phase) -> Double {
        switch phase {
        case .load: 0
        case .convolution1Forward: Self.winograd(1)
        case .convolution2Forward: Self.winograd(2)
        case .convolution3Forward: Self.winograd(3)
        case .headForward: 2 * Double(Self.hidden * (Self.features + Self.logitColumns))
        case .headBackward: 4 * Double(Self.hidden * (Self.features + Self.classes))
        case .convolution3Backward: 2 * Self.winograd(3)
        case .convolution2Backward: 2 * Self.winograd(2)
        case .convolution1Backward: firstLayerBackward
        }
    }

    /// What direct convolution would do: 61.7 MFLOP in all, without the gradient of the images.
    func direct(_ phase: Phase) -> Double {
        switch phase {
        case .load: 0
        case .convolution1Forward, .convolution1Backward: Self.direct(1)
        case .convolution2Forward: Self.direct(2)
        case .convolution3Forward: Self.direct(3)
        case .headForward: 2 * Double(Self.hidden * (Self.features + Self.classes))
        case .headBackward: 4 * Double(Self.hidden * (Self.features + Self.classes))
        case .convolution3Backward: 2 * Self.direct(3)
        case .convolution2Backward: 2 * Self.direct(2)
        }
    }

    private static func pixels(_ layer: Int) -> Int {
        let side = ParameterLayout.imageSide >> (layer - 1)
        return side * side
    }

    /// 36 multiply-adds for 16 outputs and each pair of channels.
    private static func winograd(_ layer: Int) -> Double {
        2 * Double(pixels(layer) / 16 * WinogradPlanes.count * channels[layer - 1] * channels[layer])
    }

    private static func direct(_ layer: Int) -> Double {
        2 * Double(pixels(layer) * 9 * channels[layer - 1] * channels[layer])
    }

    /// A patch for each peak, and with a norm the image's correlation with itself.
    private var firstLayerBackward: Double {
        let peaks = ImagePlanes.windows * ImageGradient.taps * Self.channels[1]
        let pairs = ImagePlanes.planes * ImagePlanes.planes
        let correlation = ImageCorrelation.displacementCount * pairs * Self.pixels(1)
        return 2 * Double(peaks + (norm == .none ? 0 : correlation))
    }
}
