import Statistics

/// Gathers why fields of a row are empty: `n < 2: dz hedges_g; no variance: superiority_low superiority_high`.
struct UndefinedFields {
    private var names: [(reason: Undefined, fields: [String])] = []

    /// Each reason once, with the fields that it holds for; empty where every field has a value.
    var text: String {
        names.map { "\($0.reason): \($0.fields.joined(separator: " "))" }.joined(separator: "; ")
    }

    /// `nil` where there is no value, of which the reason is kept.
    mutating func value<Value>(of estimate: Estimate<Value>, _ fields: String...) -> Value? {
        switch estimate {
        case .success(let value): return value
        case .failure(let reason):
            if let place = names.firstIndex(where: { $0.reason == reason }) {
                names[place].fields += fields
            } else {
                names.append((reason, fields))
            }
            return nil
        }
    }
}
