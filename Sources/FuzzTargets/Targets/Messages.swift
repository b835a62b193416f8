import Messages
import Wire

// What comes over the network. What was decoded must come back from its encoding.

extension FuzzTarget {
    /// From worker to coordinator, over a worker's connection and over that of an invite.
    static let workerMessage = FuzzTarget("worker-message", seeds: Seeds.workerMessages) { bytes in
        if let envelope = try? WorkerEnvelope(decoding: bytes) {
            expect((try? WorkerEnvelope(decoding: envelope.encoded())) == envelope, "changed on its way: \(envelope)")
        }
        if let request = try? EnrolmentRequest(decoding: bytes) {
            expect((try? EnrolmentRequest(decoding: request.encoded())) == request, "changed on its way: \(request)")
        }
    }

    /// From coordinator to worker, over both kinds of connections.
    static let coordinatorMessage = FuzzTarget(
        "coordinator-message", seeds: Seeds.coordinatorMessages
    ) { bytes in
        if let message = try? CoordinatorMessage(decoding: bytes) {
            expect((try? CoordinatorMessage(decoding: message.encoded())) == message, "changed on its way: \(message)")
        }
        if let answer = try? EnrolmentAnswer(decoding: bytes) {
            expect((try? EnrolmentAnswer(decoding: answer.encoded())) == answer, "changed on its way: \(answer)")
        }
    }

    /// Both directions of a trainer's pipe. The first byte is the length of the pieces in which the others come.
    static let trainerPipe = FuzzTarget("trainer-pipe", seeds: Seeds.trainerStreams) { bytes in
        var cursor = InputCursor(bytes)
        let length = 1 + Int(cursor.byte())
        let whole = frames(in: [Array(cursor.rest)])
        expect(frames(in: pieces(of: cursor.rest, length: length)) == whole, "pieces of \(length) give other frames")
        for frame in whole {
            if let order = try? TrainerOrder(decoding: frame) {
                expect((try? TrainerOrder(decoding: order.encoded())) == order, "changed on its way: \(order)")
            }
            if let report = try? TrainerReport(decoding: frame) {
                expect((try? TrainerReport(decoding: report.encoded())) == report, "changed on its way: \(report)")
            }
        }
    }
}

/// None where a length is too large: how many of those before it come depends on the pieces.
private func frames(in pieces: [[UInt8]]) -> [[UInt8]] {
    var reader = FrameReader(), frames: [[UInt8]] = []
    for piece in pieces {
        guard let more = try? reader.append(piece) else { return [] }
        frames += more
    }
    return frames
}
