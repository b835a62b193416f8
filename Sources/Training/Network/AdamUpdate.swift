import Kernels

/// A step of Adam, taken part by part where a gradient has just been made: it is in the cache then, and each parameter
/// and moment passes through the caches once a step.
///
/// A part's parameters must not be needed any more by what is left of the backward pass.
package struct AdamUpdate {
    let parameters: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let moments: AdamMoments
    let coefficients: AdamCoefficients
    let step: AdamStepKernel

    /// Changes the parameters whose gradients these are, in the network's buffer.
    func apply(_ gradient: UnsafeMutablePointer<Float>, count: Int) {
        apply(gradient, count: count, offset: gradient - gradients)
    }

    /// Changes the parameters from `offset` on in the network's buffer; their gradients lie anywhere.
    func apply(_ gradient: UnsafeMutablePointer<Float>, count: Int, offset: Int) {
        step(parameters + offset, gradient, moments + offset, count, coefficients)
    }
}
