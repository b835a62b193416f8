import Experiment
import Foundation
import Status

/// What `/api/sweep` answers: one object with everything that the page shows.
package func sweepJSON(of state: PageState) -> [UInt8] {
    var json = JSONText()
    json.object { json in
        json.member("name", state.name)
        json.member("state", state.word)
        json.member("elapsed_seconds", rounded(state.elapsed))
        json.name("tasks")
        json.object { json in
            json.member("total", state.tasks.count)
            json.member("waiting", state.progress.tasks.waiting)
            json.member("running", state.progress.tasks.running)
            json.member("done", state.progress.tasks.done)
            json.member("failed", state.progress.tasks.failed)
        }
        json.name("epochs")
        json.object { json in
            json.member("total", state.progress.epochsTotal)
            json.member("stored", state.progress.epochsDone)
            json.member("per_second", state.progress.rate)
        }
        json.member("seconds_left", state.progress.timeLeft.map(rounded))
        json.member("alarms", state.progress.alarms)
        json.name("liars")
        json.array { json in for liar in state.progress.liars { write(liar, to: &json) } }
        json.member("disputes", state.progress.disputes)
        json.name("workers")
        json.array { json in for worker in state.workers { write(worker, of: state, to: &json) } }
        json.name("curves")
        json.array { json in
            for (row, curve) in zip(state.layout.rows, state.curves) { write(curve, row, of: state, to: &json) }
        }
        json.name("grid")
        json.array { json in
            for (task, status) in zip(state.tasks, state.statuses) { write(task, status, to: &json) }
        }
        json.name("log")
        json.array { json in for line in state.log { write(line, to: &json) } }
    }
    return json.bytes
}

private func write(_ liar: Liar, to json: inout JSONText) {
    json.object { json in
        json.member("key", liar.key.rawValue)
        json.name("workers")
        json.array { json in for worker in liar.workers { json.string(worker.rawValue) } }
        json.member("reason", liar.reason)
    }
}

private func write(_ worker: WorkerStatus, of state: PageState, to json: inout JSONText) {
    json.object { json in
        json.member("id", worker.id.rawValue)
        json.member("host", worker.facts?.host)
        json.member("kernels", worker.facts?.kernels)
        json.member("build", worker.facts?.build)
        json.member("slots", worker.slots)
        json.member("standing", worker.standing.rawValue)
        json.member("drained", worker.isDrained)
        json.member("epochs_per_second", worker.rate)
        json.member("silent_seconds", rounded(worker.silence))
        json.name("attempts")
        json.array { json in
            for attempt in worker.attempts {
                json.object { json in
                    json.member("task", state.tasks[attempt.ordinal].id.rawValue)
                    json.member("attempt", attempt.attempt.rawValue)
                    json.member("audit", attempt.isAudit)
                }
            }
        }
    }
}

private func write(_ curve: Curve, _ row: SweepLayout.Row, of state: PageState, to json: inout JSONText) {
    json.object { json in
        json.name("point")
        json.object { json in for (axis, value) in zip(state.axes, row.values) { json.member(axis, value) } }
        json.name("epochs")
        json.array { json in
            for mean in curve.means {
                json.object { json in
                    json.member("epoch", mean.epoch)
                    json.member("n", mean.n)
                    json.member("val_acc", mean.valAccuracy)
                    json.member("val_loss", mean.valLoss)
                }
            }
        }
    }
}

private func write(_ task: SweepTask, _ status: TaskStatus, to json: inout JSONText) {
    json.object { json in
        json.member("id", task.id.rawValue)
        for name in Hyperparameter.allCases {
            if let value = task.parameters[name] { json.member(name, value) }
        }
        json.member("state", status.phase.word)
        json.member("epochs_stored", status.epochs)
        json.member("attempts", status.attempts)
        json.member("worker", status.worker?.rawValue)
    }
}

private func write(_ line: PageState.LogLine, to json: inout JSONText) {
    json.object { json in
        json.member("at", line.at.formatted(.iso8601))
        json.member("text", line.text)
        json.member("alarm", line.isAlarm)
    }
}

/// Seconds with three decimals: more would be noise.
func rounded(_ duration: Duration) -> Double { (duration / .milliseconds(1)).rounded() / 1000 }
