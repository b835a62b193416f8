import Foundation

/// Another program that trains the same network, in the arrangement that its column is named after.
enum Rival: String, CaseIterable, Encodable, CodingKeyRepresentable {
    /// The notebook as written.
    case notebook
    /// The best of PyTorch's eager mode on a machine whose cores train one task each.
    case eager
    /// PyTorch through `torch.compile`, which needs a C++ compiler.
    case compile
    /// Eager with autocast to bfloat16.
    case bf16
    case jax

    /// What is trained how, in a line.
    var title: String {
        switch self {
        case .notebook: "one PyTorch process, 2 threads, 2 loader workers over PIL images: the notebook as written"
        case .eager: "PyTorch, a process of one thread on each core, images prepared, channels last, fused Adam"
        case .compile: "the same through torch.compile"
        case .bf16: "eager with autocast to bfloat16"
        case .jax: "JAX, a process of one thread on each core, images prepared, one compiled step"
        }
    }

    /// Whether it has a process for each core. The notebook's goes where it likes: its threads and loaders are more
    /// than the cores.
    var isBound: Bool { self != .notebook }

    /// The program's text.
    var program: String {
        let bytes = self == .jax ? PackageResources.jax_training_py : PackageResources.torch_training_py
        return String(decoding: bytes, as: UTF8.self)
    }
}
