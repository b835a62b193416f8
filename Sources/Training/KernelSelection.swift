import Glibc
import Kernels

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
#endif

/// The kernels of an instruction set. All give the same bits.
public enum KernelSelection: String, CaseIterable, Sendable, Hashable {
    /// Plain code for any processor; slow.
    case reference
    /// x86-64-v3: AVX2 and FMA.
    case avx2
    /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
    case avx512

    /// The fastest that this processor has.
    public static let best: KernelSelection = allCases.last { $0.isAvailable } ?? .reference

    /// Whether this processor, and this build, have it.
    public var isAvailable: Bool {
        requiredFlags.map { $0.isSubset(of: processor.flags) } ?? false
    }

    /// Flags of `/proc/cpuinfo`, which lists what both processor and kernel support; `nil` where the build lacks it.
    private var requiredFlags: Set<String>? {
        switch self {
        case .reference: return []
        #if arch(x86_64)
            case .avx2: return Self.level3
            case .avx512: return Self.level3.union(["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
        #else
            case .avx2, .avx512: return nil
        #endif
        }
    }

    private static let level3: Set<String> = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]

    /// - Throws: `TrainingError` of code `.kernels` where this processor lacks the instruction set.
    package func table() throws(TrainingError) -> KernelTable {
        guard isAvailable else {
            let available = Self.allCases.filter(\.isAvailable).map(\.rawValue).joined(separator: ", ")
            throw TrainingError(.kernels, "kernels \(rawValue): this processor lacks them; use one of \(available)")
        }
        var table = KernelTable.reference
        #if arch(x86_64)
            switch self {
            case .reference: break
            case .avx2: KernelsAVX2.install(into: &table)
            case .avx512: KernelsAVX512.install(into: &table)
            }
            // To ask for lines costs these processors more than the wait for them, which they shorten by themselves.
            if processor.vendor == "GenuineIntel" { table.prefetch = prefetchReference }
        #endif
        return table
    }
}

/// What `/proc/cpuinfo` says of the first processor.
private struct ProcessorFacts {
    /// Empty where nothing is said, as on ARM.
    private(set) var vendor = ""
    private(set) var flags: Set<String> = []

    init() {
        guard let file = fopen("/proc/cpuinfo", "r") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        // The flags come behind the vendor.
        while flags.isEmpty, getline(&line, &capacity, file) >= 0, let line {
            let words = String(cString: line).split(whereSeparator: \.isWhitespace).map(String.init)
            switch words.first {
            case "vendor_id": vendor = words.last ?? ""
            case "flags": flags = Set(words)
            default: break
            }
        }
    }
}

private let processor = ProcessorFacts()
