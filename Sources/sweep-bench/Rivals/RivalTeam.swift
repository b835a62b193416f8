/// A rival's processes, one for each core where it is bound to cores. What it cannot do is remembered as a reason.
final class RivalTeam {
    let rival: Rival
    private var processes: [RivalProcess] = []
    /// Why it can run no cell at all; `nil` where it can.
    private var absence: String?

    init(_ rival: Rival, python: String, images: String, threads: BoundThreads) throws {
        self.rival = rival
        for thread in 0..<(rival.isBound ? threads.count : 1) {
            processes.append(
                try RivalProcess(
                    python: python, rival: rival, images: images,
                    processors: rival.isBound ? threads.processors(of: thread) : []))
        }
    }

    /// A rival that is still starting would take the cores from the first measurement.
    func waitUntilReady() {
        do throws(RivalProcess.Absence) {
            for process in processes { try process.waitUntilReady() }
        } catch {
            giveUp(error.reason)
        }
    }

    /// Images a second of all processes together. They are warm before any of them starts.
    func measure(_ cell: Cell, seconds: Double) -> Result<Double, RivalProcess.Absence> {
        if let absence { return .failure(RivalProcess.Absence(reason: absence)) }
        do throws(RivalProcess.Absence) {
            for process in processes { try process.prepare(cell) }
        } catch {
            giveUp(error.reason)
            return .failure(error)
        }
        // All are asked before one is given up: each of them waits for the next line.
        let refusals = processes.compactMap { process -> RivalProcess.Absence? in
            do throws(RivalProcess.Absence) {
                try process.waitUntilReady()
                return nil
            } catch {
                return error
            }
        }
        if let refusal = refusals.first {
            // A process that is ready would take the next cell's line for its seconds.
            if refusals.count < processes.count { giveUp(refusal.reason) }
            return .failure(refusal)
        }
        do throws(RivalProcess.Absence) {
            for process in processes { try process.start(seconds: seconds) }
            var total = 0.0
            for process in processes { total += try process.result() }
            return .success(total)
        } catch {
            giveUp(error.reason)
            return .failure(error)
        }
    }

    func end() {
        for process in processes { process.end() }
        processes = []
    }

    private func giveUp(_ reason: String) {
        absence = reason
        end()
    }
}
