/// What a fleet's process is told on its standard input, as a line of JSON, before it connects.
struct FleetOrder: Codable, Sendable {
    struct Member: Codable, Sendable {
        let name: String
        /// A join token, which holds a secret: hence no argument, which others could read.
        let token: String
    }

    let slots: Int
    let members: [Member]

    /// Workers of one process. Its socket thread looks at every socket in every turn, and libzmq gives a process 1,023
    /// sockets, of which a worker has three.
    static let mostMembers = 100
}
