import Kernels

/// A case's figures, as they are printed.
struct KernelReport: Encodable {
    let kernel: String
    let shape: String
    let digest: String
    /// The best time of one call.
    let bestNanoseconds: Double
    let medianNanoseconds: Double
    /// Products only; `nil` for other kernels.
    let gigaflops: Double?
    let shareOfPeak: Double?
    /// Gigabytes read and written a second; `nil` for products.
    let gigabytes: Double?
    /// The reference's best time over this one.
    let speedUp: Double
    let openBLASGigaflops: Double?

    /// - Parameter peak: FLOP a second of this core.
    init(_ kernelCase: KernelCase, digest: Digest, times: Times, peak: Double) {
        kernel = kernelCase.kernel
        shape = kernelCase.shape
        self.digest = digest.description
        bestNanoseconds = times.kernel.best / Double(kernelCase.calls) * 1e9
        medianNanoseconds = times.kernel.median / Double(kernelCase.calls) * 1e9
        speedUp = times.reference.best / times.kernel.best
        switch kernelCase.amount {
        case .flop(let flop):
            gigaflops = flop / times.kernel.best / 1e9
            shareOfPeak = flop / times.kernel.best / peak
            gigabytes = nil
            openBLASGigaflops = times.peer.map { flop / $0.best / 1e9 }
        case .floats(let count):
            (gigaflops, shareOfPeak, openBLASGigaflops) = (nil, nil, nil)
            gigabytes = Double(4 * count) / times.kernel.best / 1e9
        }
    }

    /// What the runs of each implementation took.
    struct Times {
        let kernel: Samples
        let reference: Samples
        let peer: Samples?
    }

    static var head: String {
        "kernel".left(23) + "shape".left(43) + ["ns a call", "median", "GFLOP/s", "GB/s"].map { $0.right(10) }.joined()
            + "of peak".right(9) + "OpenBLAS".right(10) + "speed-up".right(10) + "digest".right(18)
    }

    var text: String {
        let rates = [gigaflops, gigabytes].map { ($0.map { fixed($0, 1) } ?? "–").right(10) }.joined()
        return kernel.left(23) + shape.left(43) + fixed(bestNanoseconds).right(10) + fixed(medianNanoseconds).right(10)
            + rates + percent(shareOfPeak).right(9) + (openBLASGigaflops.map { fixed($0, 1) } ?? "–").right(10)
            + (fixed(speedUp, 1) + "×").right(10) + digest.right(18)
    }
}
