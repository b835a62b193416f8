import Experiment
import Reporting
import Testing

/// Tables that say how much of them was read.
struct WatchedTablesTests {
    private struct Pieces: TableSource {
        func read(_ file: ReportFile, _ pass: @escaping ([UInt8]) throws -> Void) throws -> Bool {
            guard file == .epochs else { return false }
            for piece: [UInt8] in [[1, 2, 3], [], [4, 5]] { try pass(piece) }
            return true
        }
    }

    private struct Refusal: Error {}

    @Test func `bytes pass as they are and are counted from the beginning of each table`() throws {
        var told: [Int] = []
        let tables = WatchedTables(Pieces()) { file, byteCount in
            #expect(file == .epochs)
            told.append(byteCount)
        }
        for _ in 0..<2 {
            var bytes: [UInt8] = []
            #expect(try tables.read(.epochs) { bytes += $0 })
            #expect(bytes == [1, 2, 3, 4, 5])
        }
        #expect(told == [3, 3, 5, 3, 3, 5])
    }

    @Test func `a table that is not there is not talked about`() throws {
        let tables = WatchedTables(Pieces()) { file, _ in Issue.record("\(file) was read") }
        #expect(try !tables.read(.final) { _ in Issue.record("bytes of no table") })
    }

    @Test func `who refuses a piece gets no more`() {
        var told: [Int] = []
        let tables = WatchedTables(Pieces()) { told.append($1) }
        #expect(throws: Refusal.self) { _ = try tables.read(.epochs) { _ in throw Refusal() } }
        #expect(told == [3])
    }
}
