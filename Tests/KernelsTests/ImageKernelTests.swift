import Kernels
import TestSupport
import Testing

struct ImageKernelTests {
    /// One image of random pixels and 32 filters, of which some have a falling norm.
    struct Case {
        let channels = 32
        let planes: Buffer
        let filters: Buffer
        let transformed: Buffer
        let slopes: Buffer
        var shape: ActivationShape { ActivationShape(height: 32, width: 32, channels: channels) }

        /// - Parameter offset: Added to every pixel: a bright image without contrast.
        /// - Parameter isRising: Whether all norms rise, as they do in most trainings.
        init(offset: Float = 0, isRising: Bool = false) {
            var numbers = FormulaNumbers(21)
            planes = Buffer(count: ImagePlanes.count + 16)
            for plane in 0..<3 {
                for row in 0..<32 {
                    let line =
                        planes.start + plane * ImagePlanes.planeStride + ImagePlanes.origin
                        + row * ImagePlanes.rowStride
                    for column in 0..<32 { line[column] = offset + numbers.next() }
                }
            }
            filters = Buffer(numbers.array(27 * channels))
            slopes = Buffer(numbers.array(channels).map { isRising ? $0.magnitude : $0 })
            transformed = Buffer(count: WinogradPlanes.count(rows: 3, columns: channels))
            winogradWeightsReference(
                filters: FilterView(
                    start: filters.start, tapStride: 3 * channels, rowStride: channels,
                    size: MatrixSize(rows: 3, columns: channels)), planes: weights)
        }

        var weights: WinogradPlanes {
            WinogradPlanes(
                start: transformed.start, planeStride: WinogradPlanes.planeStride(rows: 3, columns: channels),
                rowStride: channels)
        }

        func pixel(_ plane: Int, _ row: Int, _ column: Int) -> Double {
            guard (0..<32).contains(row), (0..<32).contains(column) else { return 0 }
            let place = plane * ImagePlanes.planeStride + ImagePlanes.origin + row * ImagePlanes.rowStride + column
            return Double(planes.start[place])
        }

        /// A tap in PyTorch's order at a pixel.
        func tap(_ tap: Int, _ row: Int, _ column: Int) -> Double {
            pixel(tap / 9, row + tap / 3 % 3 - 1, column + tap % 3 - 1)
        }

        /// The convolution's output of a channel by its definition, in Double.
        func output(_ channel: Int) -> [Double] {
            (0..<1024).map { place in
                (0..<27).reduce(0.0) { sum, tap in
                    let weight = filters.start[(tap % 9 * 3 + tap / 9) * channels + channel]
                    return sum + Double(weight) * self.tap(tap, place / 32, place % 32)
                }
            }
        }

        func summary(_ table: KernelTable) -> (peaks: [Float], places: [UInt8], means: [Float], squares: [Float]) {
            let peaks = Buffer(count: 256 * channels), means = Buffer(count: channels),
                squares = Buffer(count: channels)
            let scratch = Buffer(count: ImageTiles.scratchCount(channels: channels))
            var places = [UInt8](repeating: 9, count: 256 * channels)
            places.withUnsafeMutableBufferPointer {
                table.imageConvolution(
                    planes.start, weights, shape, slopes.start,
                    OutputSummary(
                        peaks: peaks.start,
                        statistics: ChannelStatistics(means: means.start, squares: squares.start)),
                    $0.baseAddress!, scratch.start)
            }
            return (peaks.values, places, means.values, squares.values)
        }

        /// Peaks without statistics and places.
        func peaksAlone(_ table: KernelTable) -> [Float] {
            let peaks = Buffer(count: 256 * channels)
            let scratch = Buffer(count: ImageTiles.scratchCount(channels: channels))
            table.imageConvolution(
                planes.start, weights, shape, slopes.start, OutputSummary(peaks: peaks.start, statistics: nil), nil,
                scratch.start)
            return peaks.values
        }

        func correlation(_ table: KernelTable, weight: Float, planeWeight: Float) -> Buffer {
            let sums = Buffer(count: ImageCorrelation.count)
            for _ in 0..<2 {
                table.imageCorrelation(
                    planes.start, weight, planeWeight, ImageCorrelation(start: sums.start))
            }
            return sums
        }
    }

    @Test(arguments: vectorTables, [false, true])
    func `summaries and correlations of vector kernels have the reference's bits`(table: KernelTable, isRising: Bool) {
        let image = Case(isRising: isRising), expected = image.summary(.reference), actual = image.summary(table)
        #expect(bits(actual.peaks) == bits(expected.peaks))
        #expect(actual.places == expected.places)
        #expect(bits(actual.means) == bits(expected.means))
        #expect(bits(actual.squares) == bits(expected.squares))

        let sums = image.correlation(.reference, weight: 0.3, planeWeight: -2)
        #expect(bits(image.correlation(table, weight: 0.3, planeWeight: -2).values) == bits(sums.values))
    }

    @Test(arguments: [.reference] + vectorTables, [false, true])
    func `peaks are the same where statistics and places are left out`(table: KernelTable, isRising: Bool) {
        let image = Case(isRising: isRising)
        #expect(bits(image.peaksAlone(table)) == bits(image.summary(.reference).peaks))
    }

    @Test(arguments: vectorTables)
    func `weight gradients of vector kernels have the reference's bits`(table: KernelTable) {
        let image = Case(), pooling = PoolingCase(image.shape), places = image.summary(.reference).places
        let gradient = pooling.gradient
        let sums = { (table: KernelTable) in
            let sums = Buffer(count: image.channels * ImageGradient.patchStride, repeating: 1)
            let scratch = Buffer(count: ImageGradient.scratchCount(channels: image.channels))
            table.imageWeightGradient(image.planes.start, gradient, places, scratch.start, sums.start)
            return (0..<image.channels).flatMap { sums.values[$0 * 32..<$0 * 32 + ImageGradient.taps] }
        }
        #expect(bits(sums(table)) == bits(sums(.reference)))
    }

    @Test func `the summary is that of the convolution`() {
        let image = Case(), summary = image.summary(.reference)
        for channel in [0, 13, 31] {
            let output = image.output(channel), mean = output.reduce(0, +) / 1024
            #expect(abs(Double(summary.means[channel]) - mean) < 1e-5)
            let squares = output.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            #expect(abs(Double(summary.squares[channel]) - squares) < 1e-5 * squares)
            for window in 0..<256 {
                let first = window / 16 * 64 + window % 16 * 2
                let corners = [output[first], output[first + 1], output[first + 32], output[first + 33]]
                let place = window * image.channels + channel
                let peak = image.slopes.start[channel] < 0 ? corners.min()! : corners.max()!
                #expect(abs(Double(summary.peaks[place]) - peak) < 2e-5)
                #expect(abs(corners[Int(summary.places[place])] - peak) < 2e-5)
            }
        }
    }

    /// A mean a thousand times the deviation would leave nothing of E[y²] − E[y]² in Float.
    @Test func `a bright image keeps its variance`() {
        let image = Case(offset: 300), summary = image.summary(.reference)
        for channel in [0, 13, 31] {
            let output = image.output(channel), mean = output.reduce(0, +) / 1024
            let squares = output.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            #expect(abs(Double(summary.squares[channel]) - squares) < 1e-4 * squares)
        }
    }

    @Test func `correlations add up to patch products`() {
        let image = Case(), correlation = image.correlation(.reference, weight: 0.5, planeWeight: 1.5)
        let products = ImageCorrelation(start: correlation.start).patchProducts()
        let (sums, planeSums) = ImageCorrelation(start: correlation.start).patchSums()
        for tap in 0..<27 {
            let patch = (0..<1024).map { image.tap(tap, $0 / 32, $0 % 32) }
            #expect(abs(sums[tap] - patch.reduce(0, +)) < 1e-3)
            #expect(abs(planeSums[tap] - 3 * patch.reduce(0, +)) < 3e-3)
            for other in 0..<27 {
                let expected = (0..<1024).reduce(0.0) { $0 + patch[$1] * image.tap(other, $1 / 32, $1 % 32) }
                #expect(abs(products[tap * 27 + other] - expected) < 1e-3, "\(tap), \(other)")
            }
        }
    }
}
