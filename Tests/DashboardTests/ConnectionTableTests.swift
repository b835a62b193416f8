import Dashboard
import Testing

/// Which connection goes where there are too many.
struct ConnectionTableTests {
    private var table = ConnectionTable(limit: 8)

    private func number(_ verdict: ConnectionTable.Verdict) -> Int? {
        if case .admitted(let number, _) = verdict { number } else { nil }
    }

    private func ending(_ verdict: ConnectionTable.Verdict) -> Int? {
        if case .admitted(_, let ending) = verdict { ending } else { nil }
    }

    @Test mutating func `of too many the one goes that has waited longest for a request`() {
        let first = (0..<7).map { _ in table.admit(nil) }
        #expect(first.allSatisfy { ending($0) == nil })
        #expect(ending(table.admit(nil)) == number(first[0]))
        // One that has just been answered has not waited long.
        table.beginAnswer(number(first[1])!)
        table.endAnswer(number(first[1])!)
        #expect(ending(table.admit(nil)) == number(first[2]))
        #expect(table.count == 7)
    }

    @Test mutating func `a connection that is being answered stays`() {
        let answered = (0..<7).compactMap { _ in number(table.admit(nil)) }
        for number in answered { table.beginAnswer(number) }
        let next = table.admit(nil)
        #expect(number(next) != nil && ending(next) == nil, "the server takes no more now")
        table.remove(answered[0])
        #expect(ending(table.admit(nil)) == number(next), "the only one that waits")
        #expect(table.count == 7)
    }

    @Test mutating func `a client has half of the connections and loses its own`() {
        let others = (0..<2).map { _ in table.admit("192.0.2.1") }
        let own = (0..<4).map { _ in table.admit("192.0.2.2") }
        #expect((others + own).allSatisfy { ending($0) == nil })
        #expect(ending(table.admit("192.0.2.2")) == number(own[0]))
        for connection in own { table.beginAnswer(number(connection)!) }
        #expect(ending(table.admit("192.0.2.2")) == number(own[0])! + 4, "the one that came last and waits")
    }

    @Test mutating func `a client whose connections are all being answered gets no more`() {
        for _ in 0..<4 { table.beginAnswer(number(table.admit("192.0.2.2"))!) }
        #expect(table.admit("192.0.2.2") == .refused)
        #expect(number(table.admit("192.0.2.3")) != nil)
        // Whoever comes over this host's own address is many: users, and tunnels of others.
        for _ in 0..<4 { table.beginAnswer(number(table.admit(nil))!) }
        #expect(number(table.admit(nil)) != nil)
    }

    @Test mutating func `of several clients the one with the most that wait makes room`() {
        let honest = table.admit("192.0.2.1")
        let crowd = (0..<3).map { _ in table.admit("192.0.2.2") }
        let others = (0..<3).map { _ in table.admit(nil) }
        #expect(ending(table.admit("192.0.2.3")) == number(crowd[0]), "of two crowds, the one that waits longest")
        #expect(ending(table.admit("192.0.2.4")) == number(others[0]))
        #expect(ending(table.admit("192.0.2.5")) == number(crowd[1]))
        #expect(ending(table.admit("192.0.2.6")) == number(others[1]))
        #expect(ending(table.admit("192.0.2.7")) == number(honest), "each has one")
    }
}
