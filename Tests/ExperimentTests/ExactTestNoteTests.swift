import Experiment
import Testing

/// What so few seeds cannot show.
struct ExactTestNoteTests {
    private let points: [[ParameterValue]] = [[.word("bn")], [.word("ln")]]

    @Test func `five seeds and fewer are told what they cannot reach, six are not`() {
        #expect(
            exactTestNote(seeds: 5, axes: [.norm], points: points)
                == "5 seeds cannot reach p = 0.05 by an exact test: the least p that 5 pairs can give is 0.0625, and "
                + "6 seeds can give 0.03125")
        #expect(exactTestNote(seeds: 1, axes: [.norm], points: points)?.contains("1 pair can give is 1,") == true)
        #expect(exactTestNote(seeds: 6, axes: [.norm], points: points) == nil)
        #expect(exactTestNote(seeds: 0, axes: [.norm], points: points) == nil)
    }

    @Test func `a sweep without two points to compare is told nothing`() {
        #expect(exactTestNote(seeds: 5, axes: [.norm], points: [points[0]]) == nil)
        #expect(exactTestNote(seeds: 5, axes: [], points: [[]]) == nil)
        // Axes that advance together.
        let zipped: [[ParameterValue]] = [[.integer(8), .real(0.1)], [.integer(16), .real(0.2)]]
        #expect(exactTestNote(seeds: 5, axes: [.batchSize, .learningRate], points: zipped) == nil)
    }
}
