/// The ordinals of tasks that wait for a slot, lowest first.
///
/// Tasks that nobody has taken yet are a range, so a plan of 100,000 tasks costs nothing to hold; those that came
/// back are few and kept in order.
struct PendingTasks: Sendable {
    /// Descending, so that the lowest is taken from the end; all below `untouched`.
    private var returned: [Int] = []
    private var untouched: Range<Int>

    init(untouched: Range<Int>) {
        self.untouched = untouched
    }

    var isEmpty: Bool { returned.isEmpty && untouched.isEmpty }

    func contains(_ ordinal: Int) -> Bool {
        let place = place(of: ordinal)
        return untouched.contains(ordinal) || place < returned.count && returned[place] == ordinal
    }

    mutating func takeFirst() -> Int? {
        returned.popLast() ?? untouched.popFirst()
    }

    /// Puts back a task that was taken. One that is here already stays where it is.
    mutating func insert(_ ordinal: Int) {
        guard !contains(ordinal) else { return }
        returned.insert(ordinal, at: place(of: ordinal))
    }

    /// The first place in `returned` that is not before `ordinal`.
    private func place(of ordinal: Int) -> Int {
        var low = 0
        var high = returned.count
        while low < high {
            let middle = (low + high) / 2
            if returned[middle] > ordinal { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
