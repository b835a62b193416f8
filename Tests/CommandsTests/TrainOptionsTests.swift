import CommandFixtures
import CommandOutput
import Commands
import Experiment
import TestSupport
import Testing

/// What sweep train is asked for is checked before anything is loaded.
struct TrainOptionsTests {
    private let directory = TemporaryDirectory()

    @Test func `without options the task is that of all defaults`() throws {
        try TrainOptions().check()
        #expect(try TrainOptions().parameters() == TaskParameters())
        #expect(try !TrainOptions().trainerOptions().reportsGradientNorms)
    }

    @Test func `every option is a hyperparameter of the task, or says how it is trained`() throws {
        var options = TrainOptions()
        (options.norm, options.batchSize, options.seed, options.epochs) = ("ln", 8, 7, 2)
        (options.learningRate, options.trainLimit, options.testLimit) = (0.5, 100, 10)
        (options.threads, options.kernels, options.perStep) = (3, "reference", true)
        let parameters = try options.parameters()
        #expect(parameters.norm == .layer && parameters.batchSize == 8 && parameters.seed == 7)
        #expect(parameters.epochs == 2 && parameters.learningRate == 0.5)
        #expect(parameters.trainLimit == 100 && parameters.testLimit == 10)
        let trainer = try options.trainerOptions()
        #expect(trainer.threads == 3 && trainer.kernels == .reference && trainer.reportsGradientNorms)
    }

    @Test func `a mistake names the option and what would be right`() {
        let mistakes: [(WritableKeyPath<TrainOptions, Int>, Int, String)] = [
            (\.batchSize, 0, "--batch-size 0: must be "), (\.seed, -1, "--seed -1: must be "),
            (\.epochs, 0, "--epochs 0: must be "), (\.threads, 0, "--threads 0: must be 1 to 256"),
            (\.threads, 257, "--threads 257: must be 1 to 256"),
        ]
        for (option, value, words) in mistakes {
            var options = TrainOptions()
            options[keyPath: option] = value
            let failure = commandFailure { try options.check() }
            #expect(failure?.message.hasPrefix(words) == true, "\(failure?.message ?? words)")
            #expect(failure?.exitCode == .usage)
        }
        var options = TrainOptions()
        options.norm = "bm"
        #expect(commandFailure { try options.check() }?.message.hasPrefix("--norm bm: must be ") == true)
        options.norm = "bn"
        options.kernels = "avx1024"
        let kernels = commandFailure { try options.check() }?.message
        #expect(kernels?.hasPrefix("--kernels avx1024: this processor has none of that name; use one of ") == true)
        #expect(kernels?.contains("reference") == true)
    }

    @Test func `the weights go into a directory that is there, and replace nothing but a file`() throws {
        var options = TrainOptions()
        options.save = directory.file("weights")
        try options.check()
        _ = try directory.write("old", to: "weights")
        try options.check()
        options.save = directory.file("missing/weights")
        let nowhere = commandFailure { try options.check() }?.message
        #expect(
            nowhere
                == "--save \(directory.file("missing/weights")): cannot write to \(directory.file("missing")); "
                + "name a directory that is there")
        options.save = "/dev/null"
        #expect(
            commandFailure { try options.check() }?.message
                == "--save /dev/null: is there and no regular file; name another one")
    }
}
