import Foundation

/// Decides which requests are answered at all.
///
/// On the loopback address everybody on this host may look, and nobody else: a page of another site that a browser
/// here shows could reach the address under a name of its own (DNS rebinding), so the name must be that of this host.
/// Elsewhere a request must bear the token, and without it nothing can be learnt, not even that there is a sweep.
/// Whatever the way in, a page of another site gets nothing that it could use.
package struct Gate: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// Relative to the page: `""`, `api/sweep`.
        case route(String)
        case redirect(to: String)
        case badHost
        /// Nobody can say which host it means.
        case badRequest
        case badMethod
        /// A page of another site asked for it.
        case foreignPage
        case nothingHere
    }

    /// `nil` on the loopback address.
    package let token: AccessToken?

    package init(token: AccessToken?) {
        self.token = token
    }

    /// - Parameters:
    ///   - authority: the `Host` of the request.
    ///   - path: as it was sent, without the query.
    ///   - cause: as the browser says.
    package func verdict(
        method: String, authority: String?, path: String, cause: RequestCause = RequestCause()
    ) -> Verdict {
        if let authority, !RequestHead.isAuthority(authority) { return .badRequest }
        guard path.hasPrefix("/") else { return .nothingHere }
        var route = path.dropFirst()
        if let token {
            let first = route.prefix { $0 != "/" }
            guard token.matches(first) else { return .nothingHere }
            route = route.dropFirst(first.count)
            guard route.hasPrefix("/") else { return .redirect(to: path + "/") }
            route = route.dropFirst()
        } else if !Self.isOfThisHost(authority) {
            return .badHost
        }
        guard ["GET", "HEAD"].contains(method) else { return .badMethod }
        return cause.isForeign ? .foreignPage : .route(String(route))
    }

    private static func isOfThisHost(_ authority: String?) -> Bool {
        guard let authority else { return false }
        let isBracketed = authority.hasPrefix("[")
        let host = isBracketed ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return host.lowercased() == "localhost" || DashboardAddress.isLoopback(host)
    }
}

/// What a browser says of a request's cause, in headers that no page can set (Fetch Metadata). Nothing is known of the
/// requests of programs, and of those over a link that the browser does not trust.
package struct RequestCause: Sendable {
    /// `Sec-Fetch-Site`: how the page that caused the request stands to this one.
    let site: String?
    /// `Sec-Fetch-Mode`.
    let mode: String?
    /// `Sec-Fetch-Dest`: what becomes of the answer.
    let destination: String?

    package init(site: String? = nil, mode: String? = nil, destination: String? = nil) {
        self.site = site
        self.mode = mode
        self.destination = destination
    }

    /// Whether a page of another site, or of another port of this one, wants the answer: as a script, a picture, a
    /// frame, or to time it. A person who follows a link from there to this page wants it for themselves.
    var isForeign: Bool {
        guard let site, !["same-origin", "none"].contains(site) else { return false }
        return mode != "navigate" || destination != "document"
    }
}

/// What somebody must have to see the page from another host: 128 random bits.
package struct AccessToken: Sendable {
    /// 22 characters that an address may hold.
    package let text: String

    package init() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let base64 = Data(bytes).base64EncodedString()
        text = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Takes as long for a wrong character wherever it is, so that it cannot be found out one by one.
    package func matches(_ other: some StringProtocol) -> Bool {
        let own = Array(text.utf8)
        let other = Array(other.utf8)
        guard own.count == other.count else { return false }
        // With parentheses: in Swift, `|` and `^` have the same precedence.
        return zip(own, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
