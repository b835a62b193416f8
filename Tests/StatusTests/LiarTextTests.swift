import Experiment
import Status
import Testing

struct LiarTextTests {
    @Test func `whoever lets workers in is told how one that lied is kept out, and nothing of the own host`() {
        let key = WorkerKey(ofPublicKey: "liar".utf8)
        func liar(_ names: String...) -> Liar {
            Liar(key: key, workers: names.map { WorkerID(rawValue: $0)! }, reason: "its records differ")
        }
        #expect(
            liar("north-1").text == "north-1 (key \(key.short)) lied, or its host computes wrongly: its records differ")
        #expect(liar("north-1").remedy == "sweep revoke \(key.short) keeps it out of other sweeps")
        #expect(liar().remedy != nil, "it had no name in this sweep")
        #expect(liar("local-1").remedy == nil)
    }
}
