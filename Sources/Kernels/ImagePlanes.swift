/// One normalised image as the first layer reads it: planes R, G, B of 32 rows of 32 inside of a border of zeros.
///
/// A row has 36 floats: one of border, 32 pixels, three of border, so that 32 floats can be read from any of the first
/// four on.
public enum ImagePlanes {
    public static let side = 32
    public static let planes = 3
    public static let rowStride = side + 4
    public static let planeStride = (side + 2) * rowStride
    /// Floats of an image.
    public static let count = planes * planeStride
    /// The place of the first pixel of a plane.
    public static let origin = rowStride + 1

    /// Windows of 2×2 pixels.
    public static let windows = side * side / 4
}

/// Turns one image's bytes into normalised planes.
///
/// `bytes`: three planes of 1,024 bytes, R, G, B. `table`: 256 values a plane, the normalised value of each byte.
/// `planes`: an image as `ImagePlanes` says; only its inside is written.
public func normalizePixels(
    bytes: UnsafePointer<UInt8>, table: UnsafePointer<Float>, planes: UnsafeMutablePointer<Float>
) {
    typealias P = ImagePlanes
    for plane in 0..<P.planes {
        for row in 0..<P.side {
            let source = bytes + (plane * P.side + row) * P.side
            let target = planes + plane * P.planeStride + P.origin + row * P.rowStride
            for column in 0..<P.side { target[column] = table[plane * 256 + Int(source[column])] }
        }
    }
}
