import Experiment
import Messages
import Testing
import Wire

/// A hyperparameter that is missing on the wire is at its default. So peers that do not know one that came later, and
/// those that do, mean the same task.
struct AssignmentTests {
    /// Nothing here is at its default.
    private static let unusual = TaskParameters(
        norm: .layer, batchSize: 8, seed: 7, epochs: 3, learningRate: 0.5, captureGradients: true, trainLimit: 320,
        testLimit: 40)

    private static func task(_ parameters: TaskParameters) -> SweepTask {
        SweepTask(parameters: parameters, data: .shapes, dataDigest: FieldTests.task.dataDigest)
    }

    private static func order(_ task: SweepTask) -> CoordinatorMessage {
        .assignment(AttemptKey(task: task.id, attempt: Attempt(rawValue: 1)), task)
    }

    /// As sweep.proto numbers the fields.
    private static func assignment(
        of task: SweepTask, naming id: TaskID? = nil, without missing: Set<Hyperparameter> = []
    ) -> ProtoWriter {
        let head = ProtoWriter().message(1, FieldTests.name(task: (id ?? task.id).rawValue))
            .text(2, task.data.rawValue).text(3, task.dataDigest.rawValue)
        return Hyperparameter.allCases.filter { !missing.contains($0) }.reduce(head) { message, name in
            adding(name, of: task.parameters, to: message)
        }
    }

    /// No `default` case: a new hyperparameter is tested as soon as this compiles again.
    private static func adding(
        _ name: Hyperparameter, of parameters: TaskParameters, to message: ProtoWriter
    ) -> ProtoWriter {
        switch name {
        case .norm: message.text(4, parameters.norm.rawValue)
        case .batchSize: message.varint(5, UInt64(parameters.batchSize))
        case .seed: message.varint(6, UInt64(parameters.seed))
        case .epochs: message.varint(7, UInt64(parameters.epochs))
        case .learningRate: message.double(8, parameters.learningRate)
        case .captureGradients: message.varint(9, parameters.captureGradients ? 1 : 0)
        case .trainLimit: parameters.trainLimit.map { message.varint(10, UInt64($0)) } ?? message
        case .testLimit: parameters.testLimit.map { message.varint(11, UInt64($0)) } ?? message
        }
    }

    private func read(_ assignment: ProtoWriter) throws -> CoordinatorMessage {
        try CoordinatorMessage(decoding: FieldTests.toWorker(4, assignment).bytes)
    }

    @Test func `an assignment with every hyperparameter is the task that it names`() throws {
        let task = Self.task(Self.unusual)
        for name in Hyperparameter.allCases {
            #expect(task.parameters[name] != TaskParameters()[name], "\(name) should not be at its default here")
        }
        #expect(try read(Self.assignment(of: task)) == Self.order(task))
    }

    /// As of a coordinator of the time before it.
    @Test(arguments: Hyperparameter.allCases)
    func `a hyperparameter that is left out is at its default`(name: Hyperparameter) throws {
        var parameters = Self.unusual
        parameters[name] = TaskParameters()[name]
        let task = Self.task(parameters)
        #expect(try read(Self.assignment(of: task, without: [name])) == Self.order(task))
    }

    @Test func `an assignment without any hyperparameter is the task of all defaults`() throws {
        let task = Self.task(TaskParameters())
        #expect(try read(Self.assignment(of: task, without: Set(Hyperparameter.allCases))) == Self.order(task))
    }

    /// Protobuf leaves out what is 0 where a field is not optional.
    @Test func `0 and false are sent, and are not what is missing`() throws {
        let task = Self.task(TaskParameters(seed: 0, learningRate: 0, captureGradients: false))
        #expect(try CoordinatorMessage(decoding: Self.order(task).encoded()) == Self.order(task))
        #expect(try read(Self.assignment(of: task)) == Self.order(task))
    }

    /// As of a coordinator of a later version.
    @Test func `a hyperparameter that this version does not know is passed over at its default alone`() throws {
        let task = Self.task(Self.unusual), other = Self.task(TaskParameters())
        #expect(try read(Self.assignment(of: task).varint(99, 1)) == Self.order(task), "the id is the one from before")
        let error = #expect(throws: WireError.self) {
            try read(Self.assignment(of: task, naming: other.id).varint(99, 2))
        }
        #expect(error?.description == "attempt: the id is not that of the parameters")
    }
}
