import DispatchLoad
import Foundation
import Testing

struct LoadReportTests {
    @Test func `reports of several processes are one report`() throws {
        var first = LoadReport()
        (first.joined, first.assignments, first.recordsStored, first.endsStored) = (1, 2, 3, 4)
        (first.assignedAgain, first.sentAgain) = (5, 6)
        (first.firstWelcome, first.lastFirstWelcome, first.firstAssignment, first.lastEnd) = (10, 20, 30, 40)
        first.idleSlot.add(.milliseconds(1))
        var second = LoadReport()
        second.joined = 10
        (second.firstWelcome, second.lastFirstWelcome, second.firstAssignment, second.lastEnd) = (5, 15, 35, 45)
        second.idleSlot.add(.milliseconds(2))
        var sum = LoadReport()
        for report in [first, second, LoadReport()] {
            sum.add(try JSONDecoder().decode(LoadReport.self, from: JSONEncoder().encode(report)))
        }
        #expect(sum.joined == 11 && sum.assignments == 2 && sum.recordsStored == 3 && sum.endsStored == 4)
        #expect(sum.assignedAgain == 5 && sum.sentAgain == 6)
        #expect(sum.firstWelcome == 5 && sum.lastFirstWelcome == 20)
        #expect(sum.firstAssignment == 30 && sum.lastEnd == 45)
        #expect(sum.idleSlot.count == 2 && sum.recordStored.count == 0)
    }
}
