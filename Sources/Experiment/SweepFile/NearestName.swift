/// The one of `names` that a mistyped `name` most likely means; `nil` where none is near.
func nearestName(to name: String, among names: [String]) -> String? {
    guard name.count <= 64 else { return nil }
    let limit = max(1, name.count / 3)
    let distances = names.map { ($0, editDistance(name.lowercased(), $0)) }.filter { $0.1 <= limit }
    return distances.min { $0.1 < $1.1 }?.0
}

/// How many characters must be inserted, removed, changed or swapped with their neighbour to turn one text into the
/// other (the optimal string alignment distance).
package func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
        var current = [i + 1]
        for j in right.indices {
            let change = previous[j] + (left[i] == right[j] ? 0 : 1)
            var distance = min(change, previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                distance = min(distance, beforePrevious[j - 1] + 1)
            }
            current.append(distance)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
