/// The sampled gradients of a point, of all its seeds together.
struct LayerGradientTable: Sendable {
    /// Of an epoch and layer: 20 seeds. More would not change what a violin looks like, and no table is too long then.
    static let sampleLimit = 10_000

    private(set) var seeds: Set<Int> = []
    /// In the order of the table, which is the order of the network.
    private(set) var layers: [String] = []
    private(set) var values: [Int: [String: [Double]]] = [:]
    /// Whether there were more values than are kept.
    private(set) var isCut = false

    mutating func add(_ value: Double, seed: Int, epoch: Int, layer: String) {
        guard values[epoch]?[layer]?.count ?? 0 < Self.sampleLimit else { return isCut = true }
        seeds.insert(seed)
        if !layers.contains(layer) { layers.append(layer) }
        values[epoch, default: [:]][layer, default: []].append(value)
    }
}
