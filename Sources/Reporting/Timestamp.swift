import Experiment
import Foundation

/// `2026-01-31T23:59:59.123Z`: UTC, to the millisecond. An instant that no calendar has is written as its number of
/// seconds since 1970.
func timestamp(_ date: Date) -> String {
    guard let milliseconds = Int(exactly: (date.timeIntervalSince1970 * 1000).rounded()) else {
        return shortestText(date.timeIntervalSince1970)
    }
    let (seconds, fraction) = (milliseconds.flooredDivision(by: 1000), milliseconds.flooredRemainder(by: 1000))
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return shortestText(date.timeIntervalSince1970) }
    let day = [padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2), padded(Int(parts.tm_mday), 2)]
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    return "\(day.joined(separator: "-"))T\(clock.joined(separator: ":")).\(padded(fraction, 3))Z"
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int {
    /// The fraction of a second stays positive before 1970 too.
    fileprivate func flooredRemainder(by divisor: Int) -> Int {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }

    /// Not by way of the remainder's multiple, which the smallest integer has none of.
    fileprivate func flooredDivision(by divisor: Int) -> Int { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
