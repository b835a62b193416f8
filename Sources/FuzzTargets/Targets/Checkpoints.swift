import Experiment
import Training

extension FuzzTarget {
    /// A checkpoint of another host, up to the epoch that is trained from it. The first byte says what the others are:
    /// the file (anything but 1 and 2); its header, where the rest of the file is zeros; or changes to the values of a
    /// checkpoint that is signed then, as an invited worker that lies can.
    static let checkpoint = FuzzTarget("checkpoint", seeds: Seeds.checkpoints) { bytes in
        var cursor = InputCursor(bytes)
        switch cursor.byte() {
        case 1: checkHeader(cursor.rest)
        case 2: checkValues(&cursor)
        default: checkFile(Array(cursor.rest))
        }
    }
}

private func checkFile(_ bytes: [UInt8]) {
    guard let checkpoint = try? Checkpoint(decoding: bytes) else { return }
    expect(checkpoint.encoded() == bytes, "encodes as other bytes than those it was read from")
}

private func checkHeader(_ header: ArraySlice<UInt8>) {
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    // Of the network with the most values: what is left over or lacks is an error, after the metadata are read.
    for norm in [Norm.batch, .none] where String(decoding: header, as: UTF8.self).contains("norm=\(norm.rawValue)") {
        checkFile(length + header + [UInt8](repeating: 0, count: valueBytes[norm] ?? 0))
    }
}

/// Of each network, so many bytes of values.
private let valueBytes = Dictionary(
    uniqueKeysWithValues: Norm.allCases.map { norm in
        (norm, Checkpoint.emptyTensors(norm: norm).reduce(0) { $0 + $1.byteCount })
    })

private func checkValues(_ cursor: inout InputCursor) {
    let norm = Norm.allCases[Int(cursor.byte()) % Norm.allCases.count]
    let parameters = TaskParameters(norm: norm, batchSize: 2, seed: 1, epochs: 2)
    let epochs = Int(Int64(bitPattern: cursor.longWord())), steps = Int(Int64(bitPattern: cursor.longWord()))
    var tensors = Checkpoint.emptyTensors(norm: norm)
    let changes = min(Int(cursor.byte()), 16)
    for _ in 0..<changes {
        let index = Int(cursor.byte()) % tensors.count, place = Int(cursor.word()), value = cursor.longWord()
        switch tensors[index].values {
        case .floats(var values):
            values[place % values.count] = Float(bitPattern: UInt32(truncatingIfNeeded: value))
            tensors[index].values = .floats(values)
        case .integers(var values):
            values[place % values.count] = Int64(bitPattern: value)
            tensors[index].values = .integers(values)
        }
    }
    let forged = Checkpoint(
        parameters: parameters, dataDigest: fewImages.digest, completedEpochs: epochs, completedSteps: steps,
        tensors: tensors)
    guard let read = try? Checkpoint(decoding: forged.encoded()) else {
        return expect(false, "a signed one is refused")
    }
    expect(read.encoded() == forged.encoded(), "changed on its way")
    guard let trainer = try? Trainer(resuming: read, data: fewImages) else { return }
    // Diverged or not: it ends with a record or an error.
    _ = try? trainer.trainEpoch()
}

private let fewImages: DataSet = {
    let images = ImageRecords(
        bytes: (0..<4).flatMap { number in
            [UInt8(number)] + (0..<ImageRecords.pixelByteCount).map { UInt8(truncatingIfNeeded: $0 &* (7 + number)) }
        })
    return DataSet(
        name: .shapes, train: images, test: images.prefix(2),
        digest: DataDigest(rawValue: String(repeating: "5", count: 64))!)
}()
