import Experiment

extension FuzzTarget {
    /// What a user wrote. Its parameters are read back from their canonical text; an error stays on one line and names
    /// a line that the file has.
    static let sweepFile = FuzzTarget("sweep-file", seeds: Seeds.sweepFiles) { bytes in
        do throws(SweepFileError) {
            let sweep = try Sweep(bytes: bytes, file: "fuzz.yaml")
            expect(sweep.points.count * sweep.seeds.count <= Sweep.taskLimit, "\(sweep.points.count) points")
            for point in sweep.points.prefix(4) {
                let parameters = point.parameters(seed: sweep.seeds[0])
                let read = TaskParameters(canonicalText: parameters.canonicalText)
                expect(read == parameters, "other parameters of the canonical text: \(parameters.canonicalText)")
            }
        } catch {
            let lineCount = 1 + String(decoding: bytes, as: UTF8.self).count { $0.isNewline }
            expect((1...lineCount).contains(error.line), "line \(error.line) of \(lineCount): \(error)")
            expect(!error.description.contains { $0.isNewline }, "more than one line: \(error)")
            expect(error.description.utf8.count < 4096, "an error of \(error.description.utf8.count) bytes")
        }
    }
}
