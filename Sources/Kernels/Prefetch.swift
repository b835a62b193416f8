/// Asks the processor to bring floats into the second-level cache while it computes something else. A hint: no result
/// depends on it, and it may reach beyond what is allocated.
public typealias PrefetchKernel = @Sendable (_ start: UnsafePointer<Float>, _ count: Int) -> Void

/// Does without.
public func prefetchReference(start: UnsafePointer<Float>, count: Int) {}
