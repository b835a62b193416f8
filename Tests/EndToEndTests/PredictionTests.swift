import Foundation
import Testing

/// What is kept of every test image: the same whoever trains, and however often that is interrupted.
@Suite(.timeLimit(.minutes(3)))
struct PredictionTests {
    @Test func `predictions are the bits that the accuracy counts, in numpy's format, and a replay finds them equal`()
        async throws
    {
        let sandbox = try Sandbox()
        try sandbox.write(SweepFiles.small(seeds: "[1, 2]"), to: "small.yaml")
        let run = try await sandbox.run("run", "small.yaml", "--slots", "2", "--out", "run")
        try #require(run.exitCode == 0, "\(run.errors)")
        let export = try await sandbox.run("export", "--out", "run", "--to", "exported", "--predictions")
        #expect(export.exitCode == 0 && export.errors.isEmpty, "\(export.errors)")
        #expect(export.output.hasSuffix("\nexported/predictions/index.csv\n"))
        let index = try sandbox.rows("exported/predictions/index.csv")
        try #require(index.count == 4)
        let epochs = try sandbox.rows("run/epochs.csv")
        for row in index {
            // norm and seed; the last row of a task is that of its last epoch.
            let last = try #require(epochs.last { $0[0] == row[1] && $0[1] == row[2] })
            let (images, right) = (try #require(Int(row[3])), try #require(Int(row[4])))
            #expect(Double(last[6]) == 100 * Double(right) / Double(images))
            let bytes = [UInt8](
                try Data(contentsOf: URL(filePath: sandbox.file("exported/predictions/\(row[0]).npy"))))
            let values = bytes.suffix(images)
            #expect(values.allSatisfy { $0 <= 1 } && values.count { $0 == 1 } == right)
            let header = String(decoding: bytes.dropFirst(10).dropLast(images), as: UTF8.self)
            #expect(header.contains("'descr': '|b1'") && header.contains("'shape': (\(images),)"))
            #expect((bytes.count - images).isMultiple(of: 64) && header.hasSuffix("\n"))
        }
        let replay = try await sandbox.run("replay", index[0][0], "--out", "run")
        #expect(replay.exitCode == 0 && !replay.errors.contains("not compared"), "\(replay.errors)")
    }

    @Test func `predictions go into files alone`() async throws {
        let result = try await Sandbox().run("export", "--predictions", "--format", "latex")
        #expect(result.exitCode == 2 && result.errors.contains("--predictions writes files; leave --format latex out"))
    }
}
