import Foundation
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(1)))
struct MailboxTests {
    @Test func `a mailbox gives everything that is there, oldest first`() {
        let mailbox = Mailbox<Int>(capacity: 8)
        for number in 1...3 { #expect(mailbox.offer(number)) }
        #expect(mailbox.take(until: nil) == [1, 2, 3])
        #expect(mailbox.count == 0)
    }

    @Test func `a mailbox refuses offers when it is full, and takes local events all the same`() {
        let mailbox = Mailbox<Int>(capacity: 2)
        #expect(mailbox.offer(1))
        #expect(mailbox.offer(2))
        #expect(!mailbox.offer(3))
        mailbox.put(4)
        #expect(mailbox.take(until: nil) == [1, 2, 4])
        #expect(mailbox.offer(5))
    }

    @Test func `a mailbox is full by the bytes in it, and takes a single element of any size`() {
        let mailbox = Mailbox<Int>(capacity: 100, byteCapacity: 10) { $0 }
        #expect(mailbox.offer(11))
        #expect(!mailbox.offer(1))
        #expect(mailbox.take(until: nil) == [11])
        #expect(mailbox.offer(6))
        #expect(mailbox.offer(4))
        #expect(!mailbox.offer(1))
        mailbox.put(5)
        #expect(mailbox.take(until: nil) == [6, 4, 5])
        #expect(mailbox.offer(6))
        #expect(!mailbox.offer(5))
    }

    @Test func `a mailbox gives nothing after the deadline, and not before it`() {
        let mailbox = Mailbox<Int>(capacity: 1)
        let deadline = ContinuousClock.now + .milliseconds(30)
        #expect(mailbox.take(until: deadline).isEmpty)
        #expect(ContinuousClock.now >= deadline)
        #expect(mailbox.take(until: deadline).isEmpty)
    }

    @Test func `a mailbox wakes its consumer when it is closed, and gives the rest first`() {
        let mailbox = Mailbox<Int>(capacity: 1)
        let results = Mailbox<[Int]>(capacity: 2)
        Thread.detachNewThread {
            results.put(mailbox.take(until: nil))
            results.put(mailbox.take(until: nil))
        }
        mailbox.put(1)
        var got: [[Int]] = results.take(until: nil)
        mailbox.close()
        while got.count < 2 { got += results.take(until: nil) }
        #expect(got == [[1], []])
        #expect(!mailbox.offer(2))
        mailbox.put(3)
        #expect(mailbox.take(until: nil).isEmpty)
        #expect(mailbox.isClosed)
    }

    @Test func `a mailbox loses and repeats nothing between many producers and one consumer`() {
        let mailbox = Mailbox<Int>(capacity: 7)
        let producerCount = 4
        let perProducer = 2000
        for producer in 0..<producerCount {
            Thread.detachNewThread {
                for number in 0..<perProducer {
                    let element = producer * perProducer + number
                    if number % 100 == 0 {
                        mailbox.put(element)
                    } else {
                        while !mailbox.offer(element) { sched_yield() }
                    }
                }
            }
        }
        var seen: [Int] = []
        let deadline = ContinuousClock.now + patience
        while seen.count < producerCount * perProducer, ContinuousClock.now < deadline {
            seen += mailbox.take(until: deadline)
        }
        #expect(seen.sorted() == Array(0..<producerCount * perProducer))
        for producer in 0..<producerCount {
            let own = seen.filter { $0 / perProducer == producer }
            #expect(own == own.sorted(), "producer \(producer) overtook itself")
        }
    }

    private final class Waiter: RoomWaiter {
        let count = Atomic(0)
        func roomAppeared() { count.add(1, ordering: .relaxed) }
    }

    @Test func `more is waiting from a refusal for want of bytes until what was refused is taken in`() {
        let mailbox = Mailbox<Int>(capacity: 100, byteCapacity: 10) { $0 }
        let waiter = Waiter()
        #expect(mailbox.offer(10, waking: waiter))
        #expect(!mailbox.offer(1, waking: waiter))
        let full = mailbox.takeBatch(until: nil)
        #expect(full.elements == [10] && full.isMoreWaiting)
        // The consumer was faster than the producer that it has told of the room.
        let early = mailbox.takeBatch(until: .now)
        #expect(early.elements.isEmpty && early.isMoreWaiting)
        #expect(mailbox.offer(1, waking: waiter))
        let rest = mailbox.takeBatch(until: nil)
        #expect(rest.elements == [1] && !rest.isMoreWaiting)
    }

    @Test func `an offer that nobody repeats counts as waiting once, and what always goes in does not`() {
        let mailbox = Mailbox<Int>(capacity: 1)
        mailbox.put(1)
        mailbox.put(2)
        #expect(!mailbox.takeBatch(until: nil).isMoreWaiting, "all that came is in it, beyond the capacity")
        #expect(mailbox.offer(1))
        #expect(!mailbox.offer(2))
        #expect(mailbox.takeBatch(until: nil).isMoreWaiting)
        #expect(!mailbox.takeBatch(until: .now).isMoreWaiting)
    }

    @Test func `a closed mailbox waits for nobody`() {
        let mailbox = Mailbox<Int>(capacity: 1)
        let waiter = Waiter()
        #expect(mailbox.offer(1, waking: waiter))
        #expect(!mailbox.offer(2, waking: waiter))
        _ = mailbox.take(until: nil)
        mailbox.close()
        #expect(!mailbox.takeBatch(until: nil).isMoreWaiting)
    }

    @Test func `a mailbox tells a refused producer once that there is room`() {
        let waiter = Waiter()
        let mailbox = Mailbox<Int>(capacity: 1)
        #expect(mailbox.offer(1, waking: waiter))
        #expect(!mailbox.offer(2, waking: waiter))
        #expect(!mailbox.offer(2, waking: waiter))
        #expect(waiter.count.load(ordering: .relaxed) == 0)
        #expect(mailbox.take(until: nil) == [1])
        #expect(waiter.count.load(ordering: .relaxed) == 1)
        #expect(mailbox.take(until: .now).isEmpty)
        #expect(waiter.count.load(ordering: .relaxed) == 1)
    }
}

struct OutboxTests {
    @Test func `an outbox is bounded in number and bytes, taken items included, until they are released`() {
        let outbox = Outbox<Int>(countLimit: 3, byteLimit: 100, isOpen: true)
        #expect(outbox.enter(1, byteCount: 60) == .entered)
        #expect(outbox.enter(2, byteCount: 41) == .full)
        #expect(outbox.enter(2, byteCount: 40) == .entered)
        #expect(outbox.enter(3, byteCount: 0) == .entered)
        #expect(outbox.enter(4, byteCount: 0) == .full)
        #expect(outbox.takeAll() == [1, 2, 3])
        #expect(outbox.enter(4, byteCount: 0) == .full)
        outbox.release(count: 1, byteCount: 60)
        #expect(outbox.enter(4, byteCount: 60) == .entered)
    }

    @Test func `an outbox lets out what is in when it is shut, and nothing when it is dropped`() {
        let outbox = Outbox<Int>(isOpen: false)
        #expect(outbox.enter(1, byteCount: 1) == .shut)
        outbox.open()
        #expect(outbox.enter(1, byteCount: 1) == .entered)
        outbox.shut()
        #expect(outbox.enter(2, byteCount: 1) == .shut)
        #expect(outbox.takeAll() == [1])
        outbox.open()
        #expect(outbox.enter(3, byteCount: 1) == .entered)
        outbox.shutAndDrop()
        #expect(outbox.takeAll().isEmpty)
    }
}
