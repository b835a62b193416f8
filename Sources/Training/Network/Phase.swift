/// A part of a step, as measurements of it are reported.
///
/// An activation is made by the layer that reads it and counts there; the sums that a norm's gradient needs count for
/// the layer that made the gradient. Weights are brought into the form that a pass needs at its beginning, and changed
/// by Adam at the end of the backward one.
package enum Phase: String, CaseIterable, Sendable {
    /// Images from bytes to normalised planes.
    case load
    case convolution1Forward = "conv1 forward"
    case convolution2Forward = "conv2 forward"
    case convolution3Forward = "conv3 forward"
    case headForward = "head forward"
    case headBackward = "head backward"
    case convolution3Backward = "conv3 backward"
    case convolution2Backward = "conv2 backward"
    case convolution1Backward = "conv1 backward"

    static let convolutionsForward: [Phase] = [.convolution1Forward, .convolution2Forward, .convolution3Forward]
    static let convolutionsBackward: [Phase] = [.convolution1Backward, .convolution2Backward, .convolution3Backward]
}
