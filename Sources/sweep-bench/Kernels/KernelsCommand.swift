import ArgumentParser
import CommandOutput
import HostSystem
import Kernels
import Training

/// `sweep-bench kernels`: each entry of the kernel table.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Check each kernel's bits against the reference's, then time both.",
        discussion: """
            Shapes are those of the network, operands lie in the caches, times are the best and the median. “speed-up” \
            is over the plain reference, “OpenBLAS” its GFLOP/s at the same products. The peak is what the matrix \
            product reaches on operands in the first-level cache.
            """)

    @Option(help: "reference, avx2 or avx512. (default: this processor's best)")
    var kernels: String?

    @Flag(help: "Each kernel once, to see that everything works.")
    var tiny = false

    @Option(help: "text, or json: one object a line.")
    var format = OutputFormat.text

    func validate() throws {
        _ = try kernelSelection(kernels)
    }

    func run() throws {
        let table = try kernelSelection(kernels).table(), operands = Operands()
        HostCores.allowed().first?.bindThisThread()
        let cases = try Self.cases(operands)
        // Everything is right before anything is timed.
        let digests = try cases.map { try $0.check(table) }
        let effort = Effort(seconds: tiny ? 0 : 0.2)
        let peak = MultiplierPeak.measure(table, effort: effort)
        if format == .text {
            Output.line("kernels \(table.name), peak \(fixed(peak / 1e9, 1)) GFLOP/s\n\n" + KernelReport.head)
        }
        for (kernelCase, digest) in zip(cases, digests) {
            let times = Self.times(of: kernelCase, table, effort)
            let report = KernelReport(kernelCase, digest: digest, times: times, peak: peak)
            switch format {
            case .text: Output.line(report.text)
            case .json: try Output.json(report)
            }
        }
        withExtendedLifetime(operands) {}
    }

    private static func times(
        of kernelCase: KernelCase, _ table: KernelTable, _ effort: Effort
    ) -> KernelReport.Times {
        KernelReport.Times(
            kernel: effort.measure { kernelCase.run(table) },
            reference: effort.measure { kernelCase.run(.reference) },
            peer: kernelCase.peer.map { effort.measure($0.run) })
    }

    /// - Throws: where an entry of the table has no case, which then nobody would time.
    private static func cases(_ operands: Operands) throws -> [KernelCase] {
        let first = ActivationShape(height: ImagePlanes.side, width: ImagePlanes.side, channels: 32)
        let cases =
            imageCases(operands) + poolingCases("conv1", first, operands)
            + LayerShape.all.flatMap { winogradCases($0, operands) + poolingCases($0.name, $0.output, operands) }
            + productCases(operands) + flatCases(operands)
        let missing = Set(KernelTable.entries).subtracting(cases.map(\.kernel)).sorted()
        guard missing.isEmpty else {
            throw BenchFailure("no case for \(missing.joined(separator: ", ")); add one to sweep-bench")
        }
        return cases
    }
}
