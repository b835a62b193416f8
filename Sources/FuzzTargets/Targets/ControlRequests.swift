import CoordinatorService

extension FuzzTarget {
    /// A line of the control socket: as a request, and as an answer.
    static let controlRequest = FuzzTarget("control-request", seeds: Seeds.controlLines) { bytes in
        if let request = try? ControlLine.decoded(ControlQuestion.self, bytes).checked {
            let line = ControlLine.encoded(ControlQuestion(request))
            expect((try? ControlLine.decoded(ControlQuestion.self, line).checked) == request, "changed: \(request)")
        }
        if let answer = try? ControlLine.decoded(ControlReply.self, bytes).checked {
            let line = ControlLine.encoded(ControlReply(answer))
            expect((try? ControlLine.decoded(ControlReply.self, line).checked) == answer, "changed: \(answer)")
        }
    }
}
