/// A count for a reader's eye: `1,234,567`.
func grouped(_ count: some BinaryInteger) -> String {
    let digits = Array(String(count))
    let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
    return groups.reversed().joined(separator: ",")
}

/// `1 task`, `2,000 tasks`.
package func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

/// `12.3 MB`, of a million bytes each.
package func megabytesText(_ byteCount: Int) -> String {
    "\(fixedText(Double(byteCount) / 1e6, decimals: 1)) MB"
}

/// `1:02:03` or `2:03`; `–` for what is longer than ten years, or not finite.
package func clockText(_ duration: Duration) -> String {
    guard duration < .seconds(360_000_000) else { return "–" }
    let seconds = Int(max(.zero, duration) / .seconds(1))
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return seconds >= 3600
        ? "\(seconds / 3600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
        : "\(seconds / 60):\(padded(seconds % 60))"
}

/// `-1.50` for 2 decimals; a number that is not finite, or too large for such a text, in its shortest form.
package func fixedText(_ value: Double, decimals: Int) -> String {
    let scale = (0..<min(max(0, decimals), 15)).reduce(1.0) { scale, _ in scale * 10 }
    // Any number may be stored: what does not fit into an integer is printed as it is.
    guard value.magnitude < 1e12, value.magnitude * scale < 1e15 else { return shortestText(value) }
    let (whole, fraction) = Int((value.magnitude * scale).rounded()).quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && whole + fraction > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = String(fraction)
    return "\(sign)\(whole).\(String(repeating: "0", count: decimals - digits.utf8.count))\(digits)"
}
