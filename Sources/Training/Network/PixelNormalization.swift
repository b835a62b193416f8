/// The notebook's `ToTensor` and `Normalize`: ((byte / 255) − mean) / deviation in Float, operation for operation.
enum PixelNormalization {
    private static let means: [Float] = [0.4914, 0.4822, 0.4465]
    private static let deviations: [Float] = [0.2023, 0.1994, 0.2010]

    /// Fills 256 values for each of the planes R, G, B.
    static func fill(_ table: UnsafeMutablePointer<Float>) {
        for plane in 0..<3 {
            for byte in 0..<256 {
                table[plane * 256 + byte] = (Float(byte) / 255 - means[plane]) / deviations[plane]
            }
        }
    }
}
