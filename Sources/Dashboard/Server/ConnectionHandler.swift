import HummingbirdCore
import NIOCore

/// Ends a connection of the page over which no whole request comes in time, or whose reader takes nothing of its
/// answer.
///
/// The time runs from the connection's beginning, or from the end of the last answer, to the end of a request with its
/// body: bytes that come now and then do not stretch it.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    // The parts of messages as the server's own handlers see them.
    typealias InboundIn = HTTPConnectionStateHandler.InboundIn
    typealias InboundOut = HTTPConnectionStateHandler.InboundOut
    typealias OutboundIn = HTTPConnectionStateHandler.OutboundIn
    typealias OutboundOut = HTTPConnectionStateHandler.OutboundOut

    private let connections: PageConnections
    private let patience: Dashboard.Patience
    private var number: Int?
    /// Whole requests without the end of their answer; less than 0 where an answer ended before its request.
    private var unansweredCount = 0
    private var requestTimer: Scheduled<Void>?
    private var readerTimer: Scheduled<Void>?

    init(_ connections: PageConnections, _ patience: Dashboard.Patience) {
        self.connections = connections
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try HeadHandler.add(to: context.pipeline)
        } catch {
            preconditionFailure("the server's pipeline has no decoder: \(error)")
        }
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        begin(context)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard number == nil else { return }
        number = connections.admit(context.channel)
        guard number != nil else { return context.close(promise: nil) }
        requestTimer = closing(context, after: patience.request)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) {
            unansweredCount += 1
            requestTimer?.cancel()
            requestTimer = nil
            if unansweredCount == 0 { requestTimer = closing(context, after: patience.request) }
            if unansweredCount == 1, let number { connections.beginAnswer(number) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unansweredCount -= 1
            if unansweredCount == 0 {
                requestTimer = closing(context, after: patience.request)
                if let number { connections.endAnswer(number) }
            }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readerTimer?.cancel()
        readerTimer = context.channel.isWritable ? nil : closing(context, after: patience.reader)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        for timer in [requestTimer, readerTimer] { timer?.cancel() }
        (requestTimer, readerTimer) = (nil, nil)
        if let number { connections.remove(number) }
    }

    private func closing(_ context: ChannelHandlerContext, after patience: Duration) -> Scheduled<Void> {
        context.eventLoop.scheduleTask(in: TimeAmount(patience)) { [channel = context.channel] in
            channel.close(promise: nil)
        }
    }
}
