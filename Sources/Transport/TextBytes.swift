// Text of others, told apart by bytes: as characters, a mark that combines with a separator would hide it.

extension StringProtocol where UTF8View.SubSequence == Substring.UTF8View {
    /// What lies between the separators; of several in a row, between them nothing.
    func fields(apartBy separator: Unicode.Scalar, maxSplits: Int = .max) -> [Substring] {
        utf8.split(separator: UInt8(ascii: separator), maxSplits: maxSplits, omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    /// `nil` where it begins otherwise.
    func strippingPrefix(_ prefix: String) -> Substring? {
        utf8.starts(with: prefix.utf8) ? Substring(utf8.dropFirst(prefix.utf8.count)) : nil
    }
}
