import CommandFixtures
import Commands
import Experiment
import Foundation
import Journal
import Status
import TestSupport
import Testing

/// The workers of a sweep as a table.
struct WorkerTableTests {
    private let directory = TemporaryDirectory()

    @Test func `the table for people counts what each worker did`() throws {
        let table = try WorkerTable(directory.run("interrupted").reader().state())
        let rows = table.text.split(separator: "\n").map { $0.split(separator: " ") }
        try #require(rows.count == 2)
        #expect(
            rows[1].joined(separator: " ")
                == "local-46c4be76 fixture 2 (physical cores) 23 GiB (host) 1 avx512 1 1 0 –")
    }

    @Test func `the table says who was found to lie, and whose results are confirmed`() throws {
        var state = try directory.run("interrupted").reader().state()
        let worker = try #require(state.workers.first?.id), key = WorkerKey(ofPublicKey: "k".utf8)
        state.keys[worker] = key
        for (verdict, word) in [(.vouched, "vouched"), (.lied, "lied"), (.forgotten, "lied")]
            as [(KeyJudgement.Verdict, String)]
        {
            state.judgements.append(KeyJudgement(key: key, verdict: verdict))
            let table = WorkerTable(state)
            #expect(table.text.split(separator: "\n").last?.hasSuffix(" \(word)") == true, "\(table.text)")
            #expect(try table.json().contains(#""verdict":"\#(word)""#))
        }
    }

    @Test func `the table for programs has every fact`() throws {
        let table = try WorkerTable(directory.run("finished").reader().state())
        let rows = try JSONSerialization.jsonObject(with: Data(table.json().utf8)) as? [[String: Any]]
        let row = try #require(rows?.first)
        #expect(row["worker"] as? String == "local-c7c9b568" && row["processor"] as? String == "A processor")
        #expect(row["memory_bytes"] as? Int == 25_276_502_016 && row["ended_early"] as? Int == 0)
        #expect(row["running"] as? Int == 0 && row["completed"] as? Int == 4)
    }
}
