import Experiment
import Testing
import Training

struct ImageRecordsTests {
    /// Three records; pixel `i` of record `r` is `i + r`, modulo 256.
    private let records = ImageRecords(
        bytes: (0..<3).flatMap { record in
            [UInt8(7 + record)] + (0..<3_072).map { UInt8(truncatingIfNeeded: $0 + record) }
        })

    @Test func `labels and pixels are those of the record`() {
        #expect(records.count == 3)
        #expect((0..<3).map { records.label(at: $0) } == [7, 8, 9])
        for record in 0..<3 {
            #expect(
                records.withPixels(at: record) { [$0[0], $0[255], $0[3_071]] }
                    == [
                        UInt8(record), UInt8(truncatingIfNeeded: 255 + record), UInt8(truncatingIfNeeded: 255 + record),
                    ])
        }
    }

    @Test func `a prefix has the first records and no more than there are`() {
        #expect(records.prefix(2).count == 2)
        #expect(records.prefix(2).label(at: 1) == 8)
        #expect(records.prefix(9).count == 3)
        #expect(records.prefix(0).count == 0)
        #expect(ImageRecords(bytes: []).count == 0)
    }

    @Test func `a prefix keeps the bytes alive`() {
        var short: ImageRecords? = ImageRecords(bytes: [UInt8](repeating: 5, count: 2 * 3_073))
        let kept = short!.prefix(1)
        short = nil
        #expect(kept.withPixels(at: 0) { UnsafeBufferPointer(start: $0, count: 3_072).allSatisfy { $0 == 5 } })
    }

    /// By `sha256sum` over a file of the same bytes: 3,073 zeros, then 3,073 bytes of 1.
    @Test func `the digest is over training then test records`() {
        let zeros = ImageRecords(bytes: [UInt8](repeating: 0, count: 3_073))
        let ones = ImageRecords(bytes: [UInt8](repeating: 1, count: 3_073))
        #expect(
            DataSet.digest(train: zeros, test: ones).rawValue
                == "0ea53840128f8425a0df40146cffee4be7c79cc6233bf5b0dc40b3822aef62bf")
        #expect(DataSet.digest(train: ones, test: zeros) != DataSet.digest(train: zeros, test: ones))
        let both = ImageRecords(bytes: [UInt8](repeating: 0, count: 3_073) + [UInt8](repeating: 1, count: 3_073))
        #expect(DataSet.digest(train: both.prefix(1), test: ones) == DataSet.digest(train: zeros, test: ones))
    }

    @Test func `a record behind the last traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = ImageRecords(bytes: [UInt8](repeating: 0, count: 3_073)).label(at: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = ImageRecords(bytes: [UInt8](repeating: 0, count: 3_074))
        }
    }
}
