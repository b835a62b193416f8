/// The classes of `shapes`; the raw value is the label.
package enum ShapeKind: Int, CaseIterable {
    case disc, ring, square, frame, triangle, diamond, cross, saltire, bars, checkers
}

/// One drawing's proportions.
package struct ShapeOutline {
    package let kind: ShapeKind
    /// Pixels from the centre to the edge: the drawing is 2 × radius + 1 rows high and as many pixels wide.
    package let radius: Int
    /// Width of a line, bar or field, in pixels.
    package let thickness: Int
    /// Point down, for a triangle; bars that stand, for bars; the first field empty, for checkers.
    package let flipped: Bool

    package init(kind: ShapeKind, radius: Int, thickness: Int, flipped: Bool) {
        self.kind = kind
        self.radius = radius
        self.thickness = thickness
        self.flipped = flipped
    }

    /// The pixels of the row `y` below the centre, -radius to radius: bit `radius + x` for the pixel `x` right of it.
    package func row(_ y: Int) -> UInt64 {
        switch kind {
        case .disc: centred(circle(radius, y))
        case .ring: centred(circle(radius, y)) & ~centred(circle(radius - thickness, y))
        case .square: square(radius - 1, y)
        case .frame: square(radius - 1, y) & ~square(radius - 1 - thickness, y)
        case .triangle: centred((radius + (flipped ? -y : y)) / 2)
        case .diamond: centred(radius - abs(y))
        case .cross: abs(y) <= thickness / 2 ? centred(radius) : centred(thickness / 2)
        case .saltire: saltire(y)
        case .bars: flipped ? columns : (isOddField(y) ? 0 : centred(radius))
        case .checkers: isOddField(y) != flipped ? centred(radius) & ~columns : columns
        }
    }

    /// Both diagonals.
    private func saltire(_ y: Int) -> UInt64 {
        let stroke = (UInt64(1) << UInt64(thickness)) - 1
        let reach = abs(y)
        return (stroke << UInt64(radius - reach) | stroke << UInt64(radius + reach + 1 - thickness)) & centred(radius)
    }

    /// The fields with an even number, from the left.
    private var columns: UInt64 {
        let field = (UInt64(1) << UInt64(thickness)) - 1
        var pixels: UInt64 = 0
        for left in stride(from: 0, through: 2 * radius, by: 2 * thickness) {
            pixels |= field << UInt64(left)
        }
        return pixels & centred(radius)
    }

    private func isOddField(_ y: Int) -> Bool { (y + radius) / thickness % 2 == 1 }

    /// The pixels up to `halfWidth` left and right of the centre; none for a negative number.
    private func centred(_ halfWidth: Int) -> UInt64 {
        guard halfWidth >= 0 else { return 0 }
        return ((UInt64(1) << UInt64(2 * halfWidth + 1)) - 1) << UInt64(radius - halfWidth)
    }

    private func square(_ halfWidth: Int, _ y: Int) -> UInt64 {
        abs(y) <= halfWidth ? centred(halfWidth) : 0
    }

    /// Half the width of a circle in the row `y`; -1 outside of it.
    private func circle(_ radius: Int, _ y: Int) -> Int {
        guard abs(y) <= radius else { return -1 }
        // The half pixel added to the radius rounds the poles, which would otherwise be single pixels.
        let square = radius * radius + radius - y * y
        var halfWidth = radius
        while halfWidth * halfWidth > square { halfWidth -= 1 }
        return halfWidth
    }
}
