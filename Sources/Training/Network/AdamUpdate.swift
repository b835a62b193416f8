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
    /// Whether somebody reads the gradients afterwards. The first dense layer's are not
    /// stored otherwise: they are a megabyte.
    let keepsGradients: Bool
    let step: AdamStepKernel
    let denseStep: DenseStepKernel

    /// Changes the parameters whose gradients these are, in the network's buffer.
    func apply(_ gradient: UnsafeMutablePointer<Float>, count: Int) {
        apply(gradient, count: count, offset: gradient - gradients)
    }

    /// Changes the parameters from `offset` on in the network's buffer; their gradients lie anywhere.
    func apply(_ gradient: UnsafeMutablePointer<Float>, count: Int, offset: Int) {
        step(parameters + offset, gradient, moments + offset, count, coefficients)
    }

    /// Changes a dense layer's parameters from `offset` on in the network's buffer, whose gradient is a product that is
    /// not kept. See `DenseStepKernel`.
    func apply(
        productOf left: LeftMatrix, _ right: RightMatrix, _ size: ProductSize, offset: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        denseStep(left, right, size, parameters + offset, moments + offset, coefficients, scratch)
    }
}
