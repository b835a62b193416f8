import Experiment
import Simulation
import Testing

struct PretendTrainingTests {
    /// A record that no training gives would be refused before it is compared with another.
    @Test(arguments: 0..<20)
    func `what pretends to be trained is possible, also where it is wrong`(number: Int) {
        let task = PretendTraining.task(number, epochs: 4)
        for epoch in 1...4 {
            let (right, wrong) = (
                PretendTraining.record(of: task, epoch: epoch), PretendTraining.wrongRecord(of: task, epoch: epoch)
            )
            #expect(right.fault(in: task) == nil && wrong.fault(in: task) == nil && right != wrong, "epoch \(epoch)")
            #expect((right.outcomes != nil) == (epoch == 4))
            guard let other = PretendTraining.otherOutcomes(than: right.outcomes) else { continue }
            var forged = right
            forged.outcomes = other
            #expect(forged.fault(in: task) == nil && forged != right && forged.digest != right.digest)
        }
    }
}
