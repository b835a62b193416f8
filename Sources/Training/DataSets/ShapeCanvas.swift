import Experiment

/// A 32 × 32 image in the making: eight pixels of one plane to a word, the leftmost in the lowest byte.
///
/// Words instead of bytes keep a debug build, in which every test draws, at 3,600 images in a third of a second.
struct ShapeCanvas {
    private static let wordsPerRow = 4
    private static let wordsPerPlane = 32 * wordsPerRow
    private static let planes = 3
    /// Eight times the byte 1.
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    /// For eight pixels as bits, the same as eight bytes of 0 or 255.
    private static let masks: [UInt64] = (0..<256).map { bits in
        (0..<8).reduce(0) { $0 | (bits >> $1 & 1 == 1 ? 0xFF << UInt64(8 * $1) : 0) }
    }

    /// The largest value before the noise: with the noise, up to 94, it stays within a byte. A drawing on the
    /// brightest background, 70 + 90, reaches it.
    private static let maximum = 160

    private var words = [UInt64](repeating: 0, count: planes * wordsPerPlane)

    /// Draws an image over whatever was there.
    mutating func draw(_ kind: ShapeKind, random: inout SeededRandom) {
        let background = ShapeColour(random: &random, range: 0...70)
        fill(background)
        for _ in 0..<random.draw(1...3) {
            stroke(random: &random)
        }
        let outline = ShapeOutline(kind: kind, random: &random)
        let colour = background.brighter(random: &random)
        paint(outline, x: random.draw(12...19), y: random.draw(12...19), colour: colour)
        for _ in 0..<random.draw(1...2) {
            blot(random: &random)
        }
        addNoise(random: &random)
    }

    func appendPixels(to bytes: inout [UInt8]) {
        for word in words {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    private mutating func fill(_ colour: ShapeColour) {
        for index in words.indices {
            words[index] = Self.ones &* UInt64(colour[index / Self.wordsPerPlane])
        }
    }

    /// A long thin bar, lying or standing.
    private mutating func stroke(random: inout SeededRandom) {
        let colour = ShapeColour(random: &random, range: 0...Self.maximum)
        let place = random.draw(0...31), width = random.draw(1...2), start = random.draw(0...20)
        let length = random.draw(6...24)
        if random.draw(0...1) == 0 {
            for y in place..<min(place + width, 32) {
                paint(row: y, pixels: Self.span(start, length), colour: colour)
            }
        } else {
            for y in start..<min(start + length, 32) {
                paint(row: y, pixels: Self.span(place, width), colour: colour)
            }
        }
    }

    /// A small rectangle, which may hide a part of the drawing.
    private mutating func blot(random: inout SeededRandom) {
        let colour = ShapeColour(random: &random, range: 0...Self.maximum)
        let x = random.draw(0...28), y = random.draw(0...28), width = random.draw(2...6)
        for row in y..<min(y + random.draw(2...6), 32) {
            paint(row: row, pixels: Self.span(x, width), colour: colour)
        }
    }

    private mutating func paint(_ outline: ShapeOutline, x: Int, y: Int, colour: ShapeColour) {
        for row in max(y - outline.radius, 0)...min(y + outline.radius, 31) {
            // Bit 0 is the pixel 32 left of the edge until the shift back cuts off what lies there.
            let pixels = (outline.row(row - y) << UInt64(32 + x - outline.radius)) >> 32
            paint(row: row, pixels: UInt32(truncatingIfNeeded: pixels), colour: colour)
        }
    }

    private mutating func paint(row: Int, pixels: UInt32, colour: ShapeColour) {
        for group in 0..<Self.wordsPerRow {
            let bits = Int(pixels >> UInt32(8 * group) & 0xFF)
            guard bits != 0 else { continue }
            let mask = Self.masks[bits]
            for plane in 0..<Self.planes {
                let index = plane * Self.wordsPerPlane + row * Self.wordsPerRow + group
                words[index] = words[index] & ~mask | (Self.ones &* UInt64(colour[plane])) & mask
            }
        }
    }

    /// Adds a number of 0 to 94 to each byte: the sum of one of 0 to 63 and one of 0 to 31.
    private mutating func addNoise(random: inout SeededRandom) {
        for index in words.indices {
            let bits = random.next()
            words[index] &+= (bits & (Self.ones &* 63)) &+ ((bits >> 3) & (Self.ones &* 31))
        }
    }

    private static func span(_ start: Int, _ length: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: ((UInt64(1) << UInt64(length)) - 1) << UInt64(start))
    }
}

/// Red, green and blue.
struct ShapeColour {
    private let red: Int, green: Int, blue: Int

    subscript(plane: Int) -> Int { plane == 0 ? red : plane == 1 ? green : blue }

    private init(_ red: Int, _ green: Int, _ blue: Int) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    init(random: inout SeededRandom, range: ClosedRange<Int>) {
        self.init(random.draw(range), random.draw(range), random.draw(range))
    }

    /// A brighter colour: 40 to 90 more in each plane, but in one drawing of seven only 3 to 18, less than the noise.
    func brighter(random: inout SeededRandom) -> ShapeColour {
        let contrast = random.draw(1...7) == 1 ? 3...18 : 40...90
        return ShapeColour(red + random.draw(contrast), green + random.draw(contrast), blue + random.draw(contrast))
    }
}

extension ShapeOutline {
    init(kind: ShapeKind, random: inout SeededRandom) {
        self.init(
            kind: kind, radius: random.draw(7...11), thickness: random.draw(2...3), flipped: random.draw(0...1) == 1)
    }
}
