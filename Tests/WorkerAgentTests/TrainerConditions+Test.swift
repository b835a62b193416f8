import Wire

extension TrainerConditions {
    /// For a program that reads none of it.
    static let ofTest = TrainerConditions(agent: 1, dataDirectory: nil, processors: [], checkpointPause: .zero)
}
