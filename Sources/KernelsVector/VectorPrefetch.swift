import CVectors
import Kernels

func prefetch(start: UnsafePointer<Float>, count: Int) {
    var line = UnsafeRawPointer(start)
    let end = UnsafeRawPointer(start + count)
    while line < end {
        c_prefetch(line)
        line += 64
    }
}
