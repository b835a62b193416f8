import Foundation
import Statistics

/// The contents of `Golden/golden.json`, which `Golden/golden.py` wrote.
struct Golden: Decodable {
    let paired: [Paired]
    let power: [Power]
    let pairsNeeded: [PairsNeeded]
    let holm: [Holm]
    let mcnemar: [McNemar]
    let interquartileMeans: [Interquartile]
    let images: [Images]
    let autorank: [Autorank]
    let functions: Functions
    let binomialErrors: [BinomialError]

    struct Paired: Decodable {
        let name: String
        let first: [Double]
        let second: [Double]
        let signFlipFractions: Double?
        let signFlipScipy: Double?
        let interval: [Double]?
        let dz: Double?
        let hedges: Double?
        let sem: Double?
        let meanInterval: [Double]?
        let tP: Double?
        let pairsFor80: Double?
        let superiority: Double
        let superiorityIntervalResampled: [Double]?

        var sample: PairedSample { PairedSample(first: first, second: second) }
    }

    struct Power: Decodable {
        let effect: Double
        let pairs: Int
        let exact: Double
        /// `nil` where scipy's noncentral t has no number.
        let statsmodels: Double?
    }

    struct PairsNeeded: Decodable {
        let effect: Double
        let pairs: Double
    }

    struct Holm: Decodable {
        let family: [Double]
        let adjusted: [Double]
    }

    struct McNemar: Decodable {
        let onlyFirst: Int
        let onlySecond: Int
        let p: Double
        let scipy: Double
    }

    struct Interquartile: Decodable {
        let name: String
        let strata: [[Double]]
        let mean: Double
        let intervalResampled: [Double]?
    }

    struct Images: Decodable {
        let images: Int
        let first: [String]
        let second: [String]
        let difference: Double
        let imageInterval: [Double]
        let imageIntervalResampled: [Double]
        let mcnemar: [Double]
        let spread: Spread?
        let pairedSpread: Spread?

        var firstOutcomes: [ImageOutcomes] { first.map(outcomes) }
        var secondOutcomes: [ImageOutcomes] { second.map(outcomes) }

        private func outcomes(_ digits: String) -> ImageOutcomes { ImageOutcomes(digits.utf8.map { $0 == 49 }) }
    }

    struct Spread: Decodable {
        let variance: Double
        let testSetVariance: Double
        let restVariance: Double
    }

    struct BinomialError: Decodable {
        let accuracy: Double
        let images: Int
        let error: Double
    }

    struct Autorank: Decodable {
        let name: String
        let omnibus: String
        let p: Double
        let level: Double
        let interval: [Double]
    }

    struct Functions: Decodable {
        let normalUpperTail: [[Double]]
        let exponential: [[Double]]
        let hedgesFactor: [[Double]]
    }

    static let file = Result { try load() }

    private static func load() throws -> Golden {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Golden.self, from: Data(contentsOf: goldenFile("golden.json")))
    }
}

func goldenFile(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
}

extension ClosedRange<Double> {
    var ends: [Double] { [lowerBound, upperBound] }
}
