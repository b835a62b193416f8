/// What a worker needs to join: where the coordinator is, which key proves that it is the coordinator, and the secret
/// key of an invite, with which the worker asks to be let in under a key of its own. Whoever has the token can ask, so
/// its description hides the secret. The tokens of earlier versions, and those of local workers, carry the secret key
/// of a worker itself.
///
/// Its text is one word that no shell changes: `sweep1.` and, in base64url, 32 bytes of the coordinator's public key,
/// 32 bytes of the worker's secret key, the endpoint, and a CRC-32 of all that. The checksum is there for people: a
/// token that was cut or mistyped is refused before anything is tried. It protects from nothing else, and needs not to.
public struct JoinToken: Sendable, CustomStringConvertible {
    public let endpoint: Endpoint
    public let coordinatorKey: CurvePublicKey
    public private(set) var workerKeys: CurveKeyPair

    /// - Throws: `invalidEndpoint` where a worker could not connect to `endpoint`: a wildcard, or port 0.
    public init(endpoint: Endpoint, coordinatorKey: CurvePublicKey, workerKeys: CurveKeyPair) throws(TransportError) {
        guard endpoint.isConnectable else {
            throw TransportError(
                .invalidEndpoint, "a worker cannot connect to \(endpoint)",
                remedy: "name an address of this host that the worker reaches, and the port")
        }
        self.endpoint = endpoint
        self.coordinatorKey = coordinatorKey
        self.workerKeys = workerKeys
    }

    /// Reads the text that `encoded` gave.
    ///
    /// - Throws: `invalidToken` where anything was changed, cut or added. The error does not repeat the token.
    public init(decoding word: String) throws(TransportError) {
        guard word.utf8.starts(with: Self.prefix.utf8) else {
            throw Self.invalid("it does not begin with '\(Self.prefix)'")
        }
        guard let bytes = Base64URL.decode(word.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count > 2 * Z85.keyByteCount + Self.checksumByteCount
        else {
            throw Self.invalid("it is cut short or has a character that tokens do not have")
        }
        let body = bytes.dropLast(Self.checksumByteCount)
        guard Self.checksum(body) == Array(bytes.suffix(Self.checksumByteCount)) else {
            throw Self.invalid("its checksum is wrong")
        }
        try self.init(body: body)
    }

    /// The token as one word, the secret included.
    public var encoded: String {
        let keys = [coordinatorKey.text, workerKeys.secretKey.text].flatMap { Z85.decode($0) ?? [] }
        return Self.word(ofBody: keys + Array(endpoint.description.utf8))
    }

    /// The word of a body, whatever it holds.
    package static func word(ofBody body: [UInt8]) -> String { prefix + Base64URL.encode(body + checksum(body)) }

    /// For the same coordinator, with other keys.
    public func with(_ keys: CurveKeyPair) -> Self {
        var token = self
        token.workerKeys = keys
        return token
    }

    public var description: String { "token for \(endpoint), coordinator \(coordinatorKey)" }

    private static let prefix = "sweep1."
    private static let checksumByteCount = 4

    /// - Parameter body: the two keys and the endpoint, whose checksum was right.
    private init(body: ArraySlice<UInt8>) throws(TransportError) {
        let keys = body.prefix(2 * Z85.keyByteCount)
        guard let coordinatorKey = CurvePublicKey(bytes: keys.prefix(Z85.keyByteCount)),
            let secretKey = CurveSecretKey(bytes: keys.suffix(Z85.keyByteCount)),
            let address = String(validating: body.dropFirst(keys.count), as: UTF8.self)
        else { throw Self.invalid("it holds no endpoint") }
        let endpoint = try Endpoint(address)
        // A port with zeros before it would make two words of one token.
        guard endpoint.description == address else { throw Self.invalid("its endpoint is written otherwise") }
        try self.init(
            endpoint: endpoint, coordinatorKey: coordinatorKey, workerKeys: CurveKeyPair(secretKey: secretKey))
    }

    private static func invalid(_ reason: String) -> TransportError {
        TransportError(
            .invalidToken, "this is not a join token: \(reason)",
            remedy: "copy the whole word that 'sweep invite' printed, or invite again")
    }

    /// CRC-32 (IEEE 802.3), big-endian. It finds every change of up to 32 neighbouring bits, so of any one character.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
        }
        return withUnsafeBytes(of: (~register).bigEndian, Array.init)
    }
}
