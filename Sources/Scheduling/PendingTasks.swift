/// The ordinals of tasks that wait for a slot, lowest first.
///
/// Tasks that nobody has taken yet are a range, so a plan of 100,000 tasks costs nothing to hold; those that came
/// back are few and kept in order.
struct PendingTasks: Sendable {
    /// Descending, so that the lowest is taken from the end.
    private var returned: [Int] = []
    private var untouched: Range<Int>

    init(untouched: Range<Int>) {
        self.untouched = untouched
    }

    var isEmpty: Bool { returned.isEmpty && untouched.isEmpty }

    var count: Int { returned.count + untouched.count }

    mutating func takeFirst() -> Int? {
        if let last = returned.last, untouched.isEmpty || last < untouched.lowerBound {
            return returned.removeLast()
        }
        return untouched.popFirst()
    }

    /// Puts back a task that was taken.
    mutating func insert(_ ordinal: Int) {
        let place = returned.firstIndex { $0 < ordinal } ?? returned.count
        returned.insert(ordinal, at: place)
    }
}
