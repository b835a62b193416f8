import Experiment
import Foundation
import Testing

struct SweepPlanTests {

    private func plan(_ yaml: String) throws -> SweepPlan {
        let sweep = try Sweep(yaml: yaml, file: "plan.yaml")
        return SweepPlan(sweep: sweep, dataDigest: DataDigest(standingInFor: sweep.data))
    }

    private let small = """
        name: small
        data: shapes
        grid:
          norm: [bn, none]
          learning_rate: [0.001, 2.5e-7]
          seed: [4294967295]
        train: {batch_size: 1000, epochs: 12, train_limit: 2001}
        """

    @Test func `the JSON object has every hyperparameter that is set, numbers in their shortest form`() throws {
        let rest = #""batch_size":1000,"seed":4294967295,"capture_gradients":false,"epochs":12"#
        #expect(
            try plan(small).json == #"{"name":"small","tasks":["#
                + #"{"id":"964c78c3437773da7fd3bc3688a0a45f","norm":"bn",\#(rest),"#
                + #""learning_rate":0.001,"train_limit":2001},"#
                + #"{"id":"8d5b2f86166b030784453fe60882c8a1","norm":"bn",\#(rest),"#
                + #""learning_rate":2.5e-07,"train_limit":2001},"#
                + #"{"id":"146e703978a97e6fe0d461e14cbab4b4","norm":"none",\#(rest),"#
                + #""learning_rate":0.001,"train_limit":2001},"#
                + #"{"id":"b9db338559a4a284c7500aa4b579245c","norm":"none",\#(rest),"#
                + #""learning_rate":2.5e-07,"train_limit":2001}]}"#
        )
    }

    @Test func `any JSON reader gets the same tasks back`() throws {
        struct Plan: Decodable {
            struct Task: Decodable {
                let id: String, norm: String
                let batch_size: Int, seed: Int
                let learning_rate: Double
            }
            let name: String
            let tasks: [Task]
        }
        let plan = try plan(small)
        let read = try JSONDecoder().decode(Plan.self, from: Data(plan.json.utf8))
        #expect(read.name == "small")
        #expect(read.tasks.map(\.id) == plan.tasks.map(\.id.rawValue))
        #expect(read.tasks.map(\.learning_rate) == plan.tasks.map(\.parameters.learningRate))
        #expect(read.tasks.allSatisfy { $0.seed == 4_294_967_295 && $0.batch_size == 1_000 })
    }

    @Test func `the table counts tasks, epochs, steps and images, a smaller last batch as a step`() throws {
        #expect(
            try plan(small).table == """
                small: 4 points × 1 seed = 4 tasks on shapes
                seeds: 4294967295
                in every task: batch_size 1000, capture_gradients false, epochs 12, train_limit 2001

                norm   learning_rate  tasks  epochs  steps  images trained  images evaluated
                bn             0.001      1      12     36          24,012             7,200
                bn           2.5e-07      1      12     36          24,012             7,200
                none           0.001      1      12     36          24,012             7,200
                none         2.5e-07      1      12     36          24,012             7,200
                total                     4      48    144          96,048            28,800

                """)
    }

    @Test func `a sweep without axes has one row, and many seeds are cut short`() throws {
        let seeds = (1...1_500).map(String.init).joined(separator: ", ")
        let plan = try plan("{name: seeds, data: shapes, grid: {seed: [\(seeds)]}, train: {test_limit: 10}}")
        #expect(
            plan.table == """
                seeds: 1 point × 1,500 seeds = 1,500 tasks on shapes
                seeds: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 1,488 more
                in every task: batch_size 64, capture_gradients false, epochs 15, learning_rate 0.001, norm bn, \
                test_limit 10

                tasks  epochs      steps  images trained  images evaluated
                1,500  22,500  1,057,500      67,500,000           225,000
                1,500  22,500  1,057,500      67,500,000           225,000

                """)
    }

    @Test func `a limit beyond the data set trains on all of it`() throws {
        let plain = "{name: a, data: shapes, grid: {seed: [1]}}"
        let limited = "{name: a, data: shapes, grid: {seed: [1]}, train: {train_limit: 100000, test_limit: 601}}"
        #expect(try plan(plain).table.split(separator: "\n").last == plan(limited).table.split(separator: "\n").last)
    }
}
