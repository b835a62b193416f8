import Experiment
import HTTPTypes
import Hummingbird
import NIOCore
import Reporting

/// Answers requests. It reads, and nothing else.
struct PageResponder: HTTPResponder {
    let gate: Gate
    let store: PageStore
    let feed: EventFeed
    /// Names the run of this server.
    let instance: String

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(to: request)
        for (name, value) in Self.protection where response.headers[name] == nil { response.headers[name] = value }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(to request: Request) async -> Response {
        let cause = RequestCause(
            site: request.headers[.secFetchSite], mode: request.headers[.secFetchMode],
            destination: request.headers[.secFetchDest])
        let verdict = gate.verdict(
            method: request.method.rawValue, authority: request.head.authority, path: request.uri.path, cause: cause)
        switch verdict {
        case .route(let route): return await answer(toRoute: route)
        case .redirect(let place): return Response(status: .temporaryRedirect, headers: [.location: place])
        case .badMethod:
            return plain(.methodNotAllowed, "This page can only be read.\n", [.allow: "GET, HEAD"])
        case .badRequest:
            return plain(.badRequest, "This request can be read in two ways, or is none.\n", [.connection: "close"])
        case .badHost:
            return plain(.forbidden, "Open this page at localhost, or at the address where it is served.\n")
        case .foreignPage: return plain(.forbidden, "A page of another site asked for this.\n")
        case .nothingHere: return Response(status: .notFound)
        }
    }

    private func answer(toRoute route: String) async -> Response {
        switch route {
        case "": document(.page, "text/html; charset=utf-8")
        case "page.css": resource(PackageResources.page_css, "text/css; charset=utf-8")
        case "page.js": resource(PackageResources.page_js, "text/javascript; charset=utf-8")
        case "icon.svg": resource(PackageResources.icon_svg, "image/svg+xml")
        case "api/sweep": document(.json, "application/json")
        case "metrics": document(.metrics, "text/plain; version=0.0.4; charset=utf-8")
        case "events": events()
        default: await download(route)
        }
    }

    private func document(_ document: PageStore.Document, _ type: String) -> Response {
        guard let body = store.document(document, instance: instance) else { return starting }
        return Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: body))
    }

    private func resource(_ bytes: [UInt8], _ type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Only the tables, by their names.
    private func download(_ route: String) async -> Response {
        guard route.hasPrefix("files/"), let file = ReportFile(rawValue: String(route.dropFirst(6))) else {
            return plain(.notFound, "There is no such page.\n")
        }
        guard let state = store.state else { return starting }
        guard let file = await ServedFile.open("\(state.directory)/\(file.rawValue)") else {
            return plain(.notFound, "This file is not written yet, or this sweep has none.\n")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"\(file.name)\"",
            ],
            body: ResponseBody(contentLength: file.size) { writer in
                for offset in stride(from: 0, to: file.size, by: ServedFile.chunk) {
                    try await writer.write(try await file.read(from: offset))
                }
                try await writer.finish(nil)
            })
    }

    /// The state, then every change of it, until the sweep is over or the reader is gone.
    private func events() -> Response {
        guard store.state != nil else { return starting }
        guard feed.hasRoom else { return plain(.serviceUnavailable, "Too many pages are open.\n") }
        let headers: HTTPFields = [.contentType: "text/event-stream", .xAccelBuffering: "no"]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [self] writer in
                guard feed.enter() else { return try await writer.finish(nil) }
                defer { feed.leave() }
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                try await follow { try await writer.write($0) }
                try await writer.finish(nil)
            })
    }

    private func follow(_ write: (ByteBuffer) async throws -> Void) async throws {
        // The version first: the state is that one or newer, and events say how things are, not how they changed.
        var version = feed.version
        if let state = store.document(.events, instance: instance) { try await write(state) }
        while true {
            switch await feed.next(after: version) {
            case .events(let events, let reached):
                for event in events { try await write(event) }
                version = reached
            case .gap:
                version = feed.version
                if let state = store.document(.events, instance: instance) { try await write(state) }
            case .end:
                if let state = store.state { try await write(PageEvents.over(state, instance: instance)) }
                return
            }
        }
    }

    private var starting: Response {
        plain(.serviceUnavailable, "The sweep is being started; try again.\n", [.retryAfter: "1"])
    }

    private func plain(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Scripts and styles come from this server's own files alone; nobody may frame the page, keep it, or learn its
    /// address from a link.
    private static let protection: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        (.xContentTypeOptions, "nosniff"),
        (.cacheControl, "no-store"),
        (.referrerPolicy, "no-referrer"),
        (.crossOriginResourcePolicy, "same-origin"),
        (.crossOriginOpenerPolicy, "same-origin"),
    ]
}

extension HTTPField.Name {
    fileprivate static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering")!
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    fileprivate static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode")!
    fileprivate static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest")!
    fileprivate static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    fileprivate static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
