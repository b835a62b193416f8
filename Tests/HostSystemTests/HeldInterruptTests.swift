import Glibc
import HostSystem
import Testing

/// Ctrl-C ends a pause.
///
/// Each on a thread of its own, which alone holds its Ctrl-C back.
struct HeldInterruptTests {
    private func onThread(_ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?)
        -> Int
    {
        var thread = pthread_t()
        guard pthread_create(&thread, nil, body, nil) == 0 else { return -1 }
        var result: UnsafeMutableRawPointer?
        pthread_join(thread, &result)
        return Int(bitPattern: result)
    }

    @Test func `a pause that nobody ends lasts as long as it shall`() {
        let answer = onThread { _ in
            let start = ContinuousClock.now
            let wasWhole = HeldInterrupt().wait(.milliseconds(20))
            return UnsafeMutableRawPointer(bitPattern: wasWhole && .now - start >= .milliseconds(20) ? 1 : 2)
        }
        #expect(answer == 1)
    }

    @Test func `Ctrl-C ends it at once`() {
        let answer = onThread { _ in
            let interrupt = HeldInterrupt()
            pthread_kill(pthread_self(), SIGINT)
            return UnsafeMutableRawPointer(bitPattern: interrupt.wait(.seconds(3_600)) ? 1 : 2)
        }
        #expect(answer == 2)
    }
}
