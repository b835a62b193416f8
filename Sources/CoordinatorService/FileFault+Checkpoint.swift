import DurableFiles
import Glibc

extension FileFault {
    /// Whether a checkpoint that cannot be read is gone or damaged, and is given up. Where descriptors or memory are
    /// short, they will be there when the worker asks again.
    package var meansCheckpointIsLost: Bool { [ENOENT, EBADMSG, EIO].contains(code) }
}
