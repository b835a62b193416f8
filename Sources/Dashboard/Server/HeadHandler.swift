import NIOCore
import NIOHTTP1

/// Stands where heads are still as they came, and lets through what can be read in one way alone.
///
/// Any other head goes on without its fields, under a name that no host has: so it is answered in its turn, by the gate
/// and with what every answer has, and the connection ends with the answer. A second answer from here would come in the
/// middle of the one before.
final class HeadHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// Of no request that came so.
    private static let noName = "?"

    /// - Parameter pipeline: of a connection whose decoder is there already.
    /// - Throws: where there is none.
    static func add(to pipeline: ChannelPipeline) throws {
        let operations = pipeline.syncOperations
        let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try operations.addHandler(HeadHandler(), position: .after(decoder))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        context.fireChannelRead(wrapInboundOut(.head(Self.read(head))))
    }

    private static func read(_ head: HTTPRequestHead) -> HTTPRequestHead {
        var read = head
        let request = RequestHead(
            target: head.uri, hosts: head.headers["Host"], isVersion10: head.version == .http1_0,
            codings: head.headers["Transfer-Encoding"])
        if let request {
            read.uri = request.target
            if let host = request.host { read.headers.replaceOrAdd(name: "Host", value: host) }
        } else {
            read.uri = "/"
            read.headers = ["Host": noName, "Connection": "close"]
        }
        return read
    }
}
