import Experiment
import Glibc
import Synchronization
import Wire

/// Why a trainer does not understand its agent, or cannot use what it was given.
struct OrderFault: Error, CustomStringConvertible {
    let description: String
}

/// The orders of standard input, one after another, until a trainer begins.
struct OrderInput {
    private(set) var frames = FrameReader()
    /// Read already, and not yet taken.
    private(set) var waiting: [[UInt8]] = []
    /// Whether the order to stop was among those that were taken.
    private(set) var isToldToStop = false

    /// `nil` at the end of the input.
    ///
    /// - Throws: `OrderFault` for what is no frame, or no order of this version.
    mutating func next() throws(OrderFault) -> TrainerOrder? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while waiting.isEmpty {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            do {
                waiting = try frames.append(buffer[..<count])
            } catch {
                throw OrderFault(description: "the input: \(error)")
            }
        }
        let order = try TrainerOrder(readingFrom: waiting.removeFirst())
        if order == .stop { isToldToStop = true }
        return order
    }

    /// The state whose pieces follow the order to start. Where they do not make it, the task begins without one: that
    /// costs time, and no bit of the result.
    ///
    /// - Throws: `OrderFault` as `next`.
    mutating func readState(_ label: CheckpointLabel) throws(OrderFault) -> Result<CheckpointContent, OrderFault> {
        var assembly = CheckpointAssembly(of: label)
        while !assembly.isComplete {
            guard case .statePiece(let piece)? = try next(), assembly.append(piece) else {
                return .failure(OrderFault(description: "its state did not come whole"))
            }
        }
        guard let content = assembly.content() else {
            return .failure(OrderFault(description: "its state is not what its label says"))
        }
        return .success(content)
    }
}

/// The frames of standard input from where `OrderInput` left off, which another thread reads on.
final class LaterFrames: Sendable {
    private let frames: Mutex<FrameReader>

    init(_ frames: FrameReader) {
        self.frames = Mutex(frames)
    }

    /// - Returns: complete frames.
    /// - Throws: `OrderFault` for what is no frame.
    func append(_ bytes: ArraySlice<UInt8>) throws(OrderFault) -> [[UInt8]] {
        guard let complete = frames.withLock({ try? $0.append(bytes) }) else {
            throw OrderFault(description: "the input is no frame")
        }
        return complete
    }
}

extension TrainerOrder {
    init(readingFrom frame: [UInt8]) throws(OrderFault) {
        do {
            try self.init(decoding: frame)
        } catch {
            throw OrderFault(description: "an order: \(error)")
        }
    }
}
