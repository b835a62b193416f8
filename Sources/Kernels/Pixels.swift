/// Turns one image's bytes into a convolution's padded input.
///
/// `planes`: three planes of `shape.pixels` bytes, R, G, B. `table`: 256 values a plane, the normalised value of each
/// byte. `padded`: one padded image; only its inside is written.
public func normalizePixels(
    planes: UnsafePointer<UInt8>, table: UnsafePointer<Float>, shape: ActivationShape,
    padded: UnsafeMutablePointer<Float>
) {
    let C = shape.channels
    for row in 0..<shape.height {
        let destination = padded + shape.paddedOrigin + row * shape.paddedRowStride
        for column in 0..<shape.width {
            for channel in 0..<C {
                let byte = planes[channel * shape.pixels + row * shape.width + column]
                destination[column * C + channel] = table[channel * 256 + Int(byte)]
            }
        }
    }
}
