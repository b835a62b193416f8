import Experiment
import Testing

/// Stored results are found by these ids: a change here makes every journal forget its finished tasks.
struct TaskIDTests {
    private let digest = DataDigest(rawValue: String(repeating: "0123456789abcdef", count: 4))!

    // { printf 'batch_size=64\ncapture_gradients=false\nepochs=15\nlearning_rate=0.001\nnorm=bn\nseed=42\n'
    //   printf 'data=%s\n' 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef; } | sha256sum | cut -c-32
    @Test func `the id of the default task is the hash of its canonical text, as sha256sum gives it`() {
        #expect(TaskID(parameters: TaskParameters(), data: digest).rawValue == "d70f2e5b9e6310bf63a702767b8848c6")
    }

    // Its text has batch_size=8, capture_gradients=true, epochs=3, learning_rate=2.5e-07, norm=none, seed=4294967295,
    // test_limit=600 and train_limit=3000.
    @Test func `the id of a task with every hyperparameter set is stable`() {
        #expect(TaskID(parameters: Self.full, data: digest).rawValue == "f1bda1a68f7b256b3424e18a2e99075e")
    }

    @Test func `each hyperparameter and the data set change the id`() {
        let base = TaskParameters()
        let changes: [(Hyperparameter, ParameterValue)] = [
            (.batchSize, .integer(65)), (.captureGradients, .flag(true)), (.epochs, .integer(16)),
            (.learningRate, .real(0.001.nextUp)), (.norm, .word("ln")), (.seed, .integer(43)),
            (.testLimit, .integer(1)), (.trainLimit, .integer(1)),
        ]
        #expect(changes.map(\.0) == Hyperparameter.allCases)
        var ids = changes.map { name, value in
            var parameters = base
            parameters[name] = value
            return TaskID(parameters: parameters, data: digest)
        }
        ids.append(TaskID(parameters: base, data: digest))
        ids.append(TaskID(parameters: base, data: DataDigest(standingInFor: .cifar10)))
        #expect(Set(ids).count == 10)
    }

    @Test(arguments: 0..<200)
    func `canonical text reads back to the same parameters`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var parameters = TaskParameters()
        for name in Hyperparameter.allCases where Bool.random(using: &random) {
            parameters[name] = name.domain.randomValue(&random)
        }
        #expect(TaskParameters(canonicalText: parameters.canonicalText) == parameters, "seed \(seed)")
    }

    @Test func `canonical text has one line for each hyperparameter that is set, by name`() {
        #expect(
            Self.full.canonicalText == """
                batch_size=8
                capture_gradients=true
                epochs=3
                learning_rate=2.5e-07
                norm=none
                seed=4294967295
                test_limit=600
                train_limit=3000

                """)
        #expect(!TaskParameters().canonicalText.contains("limit"))
    }

    @Test func `the hyperparameters of the first version, whose lines every text has, are these and stay these`() {
        let originals = Hyperparameter.allCases.filter { $0.introduction == .original }
        #expect(
            originals.map(\.rawValue) == [
                "batch_size", "capture_gradients", "epochs", "learning_rate", "norm", "seed", "test_limit",
                "train_limit",
            ])
    }

    /// `dropout`, which no version has, stands for the next hyperparameter.
    @Test func `a hyperparameter that came later changes the text of no task that was there before it`() {
        let old = CanonicalEntry(name: "seed", introduction: .original, value: .integer(0), defaultValue: .integer(0))
        func text(_ value: ParameterValue?, default defaultValue: ParameterValue?) -> String {
            canonicalLines([
                CanonicalEntry(name: "dropout", introduction: .later, value: value, defaultValue: defaultValue), old,
            ])
        }
        #expect(text(.real(0), default: .real(0)) == canonicalLines([old]))
        #expect(canonicalLines([old]) == "seed=0\n")
        #expect(text(.real(0.5), default: .real(0)) == "dropout=0.5\nseed=0\n")
        // A limit, which is not set by default.
        #expect(text(nil, default: nil) == "seed=0\n")
        #expect(text(.integer(7), default: nil) == "dropout=7\nseed=0\n")
    }

    @Test(
        arguments: [
            "batch_size", "batch_size=0", "batchsize=8", "norm=bm", "learning_rate=nan", "seed=-1", "epochs=3.0",
        ])
    func `text that is not canonical is refused`(text: String) {
        #expect(TaskParameters(canonicalText: text + "\n") == nil)
    }

    @Test func `only 32 lower-case hexadecimal digits are an id, only 64 a digest`() {
        let id = TaskID(parameters: TaskParameters(), data: digest)
        #expect(TaskID(rawValue: id.rawValue) == id)
        for text in ["", "ab", id.rawValue.uppercased(), id.rawValue + "0", String(repeating: "g", count: 32)] {
            #expect(TaskID(rawValue: text) == nil)
            #expect(DataDigest(rawValue: text) == nil)
        }
    }

    // printf shapes | sha256sum
    @Test func `the digest that stands in for a data set is that of its name`() {
        #expect(
            DataDigest(standingInFor: .shapes).rawValue
                == "e729e8617f159df10206c3b34040472573ea5efbea35f9bda7ac4bb967ce81f6")
    }

    private static let full = TaskParameters(
        norm: .none, batchSize: 8, seed: 4_294_967_295, epochs: 3, learningRate: 2.5e-7, captureGradients: true,
        trainLimit: 3_000, testLimit: 600)
}

extension ParameterDomain {
    fileprivate func randomValue(_ random: inout SeededRandom) -> ParameterValue {
        switch self {
        case .integer(let range): .integer(Int.random(in: range, using: &random))
        case .real(let range): .real(Double.random(in: range, using: &random))
        case .flag: .flag(Bool.random(using: &random))
        case .word(let words): .word(words.randomElement(using: &random)!)
        }
    }
}
