/// What a request is for and by which name of this host, where the head says it in one way alone (RFC 9112, section 3).
///
/// The decoder refuses what could end a request at two places, whitespace where none may be, folded lines and ends of
/// lines that are none. It takes a head with no name or several, and a whole address beside a name. Whoever stands
/// before the page and looks at the other one of two names would let something else through than what is answered.
package struct RequestHead: Sendable, Equatable {
    /// Beginning with `/`, `*`, or as the client of a proxy would say it to connect.
    package let target: String
    /// As it stands in `Host` or in a whole address; `nil` where version 1.0 names none.
    package let host: String?

    /// `nil` where the head can be read in two ways, or is none.
    ///
    /// - Parameters:
    ///   - hosts: the value of each `Host`.
    ///   - isVersion10: of HTTP; any other one is 1.1.
    ///   - codings: the value of each `Transfer-Encoding`. Version 1.0 knows none, and where the last one is another
    ///     than `chunked` nobody can tell where the request ends.
    package init?(target: String, hosts: [String], isVersion10: Bool = false, codings: [String] = []) {
        guard hosts.count == 1 || hosts.isEmpty && isVersion10 else { return nil }
        guard codings.isEmpty || !isVersion10 && codings.map({ $0.lowercased() }) == ["chunked"] else { return nil }
        guard hosts.allSatisfy(Self.isAuthority), !target.contains("#") else { return nil }
        if let address = Self.wholeAddress(target) {
            guard !address.authority.isEmpty, Self.isAuthority(address.authority) else { return nil }
            (self.target, host) = (address.rest, address.authority)
        } else {
            let isKnown = target.hasPrefix("/") || target == "*" || !target.isEmpty && Self.isAuthority(target)
            guard isKnown else { return nil }
            (self.target, host) = (target, hosts.first)
        }
    }

    /// The parts of `http://host/path?query`, as a client says it to a proxy: its name counts, and not that of `Host`.
    private static func wholeAddress(_ target: String) -> (authority: String, rest: String)? {
        guard let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) else {
            return nil
        }
        let address = target.dropFirst(scheme.count)
        let authority = address.prefix { $0 != "/" && $0 != "?" }
        let rest = address.dropFirst(authority.count)
        return (String(authority), rest.hasPrefix("/") ? String(rest) : "/\(rest)")
    }

    /// Whether it is a host with or without a port, or nothing. A user's name, which a browser would hide, is none.
    static func isAuthority(_ text: String) -> Bool {
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.prefix { $0 != "]" } : text.prefix { $0 != ":" }
        var rest = text.dropFirst(host.count)
        if isBracketed {
            guard rest.hasPrefix("]"), host.dropFirst().utf8.allSatisfy(isAddressByte) else { return false }
            rest = rest.dropFirst()
        } else if !host.utf8.allSatisfy(isNameByte) {
            return false
        }
        return rest.isEmpty || rest.hasPrefix(":") && rest.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Of an address of IPv6, and of later versions.
    private static func isAddressByte(_ byte: UInt8) -> Bool { isNameByte(byte) || byte == UInt8(ascii: ":") }

    /// RFC 3986, section 3.2.2: letters, digits, and the marks of names and of bytes that are escaped.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=%".utf8.contains(byte)
        }
    }
}
