import CoordinatorService
import Experiment
import Messages
import Training
import Transport

extension Seeds {
    static func controlLine(of request: SweepRequest) -> [UInt8] { ControlLine.encoded(ControlQuestion(request)) }

    static func sweepFiles() -> [[UInt8]] {
        let texts = [
            """
            name: quick
            data: shapes                   # built in
            grid:
              norm: [bn, ln]
              batch_size: [32, 64]
              seed: [1, 2, 3]
            train:
              epochs: 3
            """,
            """
            name: full
            data: cifar10
            grid: {norm: [none], seed: [202, 203], batch_size: [8, 16], learning_rate: [1e-3, 0.01]}
            train:
              epochs: 15
              capture_gradients: true
              train_limit: 100
              test_limit: 50
            zip: [[batch_size, learning_rate]]
            exclude: [{norm: none, batch_size: 8}]
            include:
              - {norm: bn, batch_size: 4, learning_rate: 0.5}
            """,
            "name: a\ndata: shapes\ngrid:\n\tseed: [1]\n", "name: &x a\ndata: *x\n", "--- !!map\n? [a]\n: b\n",
            "name: \"a\\nb\"\nname: 'c'\n", "%YAML 1.1\n---\n...\n", "[[[[[[[[[[[[", "\u{FEFF}name: |\n  a\n  b\n",
        ]
        return texts.map { Array($0.utf8) }
    }

    static func tables() -> [[UInt8]] {
        let texts = [
            "norm,seed,epoch,train_loss\nbn,1,1,2.5\nln,1,1,\n", "a,b\r\n1,2\r\n", "a\n\"x\"\"y\"\n", "\"a,b\",c\n1,2",
            "a\n\"open\n", "\n", "a,b\n1\n", "a\n\"x\"y\n", "layer\n'=cmd()\n",
        ]
        return texts.flatMap { text in [[0], [99]].map { $0 + text.utf8 } }
    }

    static func tokens() -> [[UInt8]] {
        let keys = [UInt8](repeating: 7, count: 64)
        let endpoints = [
            "tcp://127.0.0.1:5555", "tcp://[::1]:5555", "tcp://*:*", "tcp://host.example:0", "tcp://eth0:65535",
            "ipc:///tmp/socket", "tcp://[fe80::1%eth0]:1",
        ]
        let bodies = endpoints.map { keys + $0.utf8 }
        let invite = """
            sweep-invite 1
            key \(String(repeating: "c", count: 64))
            made 1700000000000
            expires 1700086400000
            uses 2
            approval needed
            claim admitted gpu \(String(repeating: "d", count: 64)) 1700000000001 127.0.0.1
            late \(String(repeating: "e", count: 64)) 1700000000002 -
            revoked 1700000000003 owner it leaked

            """
        return bodies.map { [0] + JoinToken.word(ofBody: $0).utf8 } + bodies.map { [1] + $0 }
            + [[2] + invite.utf8] + endpoints.map { [3] + $0.utf8 }
    }

    static func images() -> [[UInt8]] {
        let record = [UInt8](repeating: 3, count: ImageRecords.recordByteCount)
        return [
            [0, 0, 0], [1, 0, 0], [2, 0, 0] + record, [3, 0, 0] + record + [9, 8], [3, 0x27, 0x0F] + record,
            [3, 0, 1, 10], [3, 0, 2] + record + [255],
        ]
    }

    static func checkpoints() -> [[UInt8]] {
        let headers = Norm.allCases.map(checkpointHeader)
        let files = headers.map { header -> [UInt8] in
            withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header
        }
        let numbers = number(1) + number(2)
        // An epoch is trained only where the counters of batches are right: they are the first tensors.
        var counters: [UInt8] = [3]
        for tensor: UInt8 in 0..<3 { counters += [tensor, 0, 0, 0, 0] + number(2) }
        let forged: [[UInt8]] = [[2, 0] + numbers + counters, [2, 1] + numbers + [0], [2, 2] + numbers + [0]]
        return headers.map { [1] + $0 } + files.map { [0] + $0 } + forged
    }

    private static func number(_ value: UInt8) -> [UInt8] { [value, 0, 0, 0, 0, 0, 0, 0] }

    /// Up to the list of tensors, which nobody reads: a fuzzer shall change the rest.
    private static func checkpointHeader(norm: Norm) -> [UInt8] {
        let parameters = TaskParameters(norm: norm, batchSize: 2, seed: 1, epochs: 2)
        let file = Checkpoint(
            parameters: parameters, dataDigest: task.dataDigest, completedEpochs: 1, completedSteps: 2,
            tensors: Checkpoint.emptyTensors(norm: norm)
        ).encoded()
        let header = file[8...].prefix(500)
        let end = header.firstIndex(of: UInt8(ascii: "}")) ?? header.endIndex - 1
        return Array(header[...end]) + [UInt8(ascii: "}")]
    }
}
