import CZeroMQ
import Crypto
import Experiment
import Glibc
import HostSystem

/// The public half of a CURVE key pair: what names its holder. 32 bytes, 40 characters as Z85 text.
public struct CurvePublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The key in Z85, as ZeroMQ writes it (RFC 32 of ZeroMQ).
    public let text: String

    /// - Throws: `invalidKey` unless `text` is the Z85 form of 32 bytes.
    public init(_ text: String) throws(TransportError) {
        self.text = try Z85.validKey(text)
    }

    /// - Parameter bytes: 32 bytes.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Z85.keyByteCount else { return nil }
        text = Z85.encode(Array(bytes))
    }

    public var description: String { text }
}

/// The secret half of a CURVE key pair. Nothing prints it: not `print`, not `dump`, not a log.
public struct CurveSecretKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key in Z85: for sockets, tokens and the key file, never for a log.
    package let text: String

    /// - Throws: `invalidKey` unless `text` is the Z85 form of 32 bytes. The error does not repeat the text.
    public init(_ text: String) throws(TransportError) {
        self.text = try Z85.validKey(text)
    }

    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Z85.keyByteCount else { return nil }
        text = Z85.encode(Array(bytes))
    }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A CURVE key pair: who holds the secret half proves it in the handshake, and the other end knows the public half.
public struct CurveKeyPair: Sendable, CustomStringConvertible {
    public let publicKey: CurvePublicKey
    public let secretKey: CurveSecretKey

    /// The pair of a secret key.
    public init(secretKey: CurveSecretKey) {
        self.secretKey = secretKey
        publicKey = secretKey.derivePublicKey()
    }

    /// A new pair, from the system's random source.
    ///
    /// - Throws: `system` where libzmq was built without CURVE.
    public static func generate() throws(TransportError) -> Self {
        var publicText = [CChar](repeating: 0, count: Z85.keyCharacterCount + 1)
        var secretText = publicText
        if zmq_curve_keypair(&publicText, &secretText) != 0 {
            throw TransportError(
                .system, "cannot make a CURVE key", systemCode: errno,
                remedy: "install a libzmq that is built with CURVE, as Debian's libzmq5 is")
        }
        return Self(secretKey: try CurveSecretKey(Z85.text(ofCharacters: secretText)))
    }

    public var description: String { "key pair of \(publicKey)" }
}

extension CurveSecretKey {
    /// A secret key of its own for each purpose, which says nothing about this one. Any 32 bytes are one.
    func derived(for purpose: String) -> Self {
        let parent = SymmetricKey(data: Z85.decode(text)!)
        let child = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: parent, info: Array(purpose.utf8), outputByteCount: Z85.keyByteCount)
        return child.withUnsafeBytes { Self(bytes: $0)! }
    }

    fileprivate func derivePublicKey() -> CurvePublicKey {
        var publicText = [CChar](repeating: 0, count: Z85.keyCharacterCount + 1)
        let result = zmq_curve_public(&publicText, text)
        // The text was checked when this value was made, and nothing else can fail but a libzmq without CURVE.
        precondition(result == 0, "zmq_curve_public: \(SystemReason.words(errno))")
        guard let key = try? CurvePublicKey(Z85.text(ofCharacters: publicText)) else {
            preconditionFailure("zmq_curve_public returned no Z85 text")
        }
        return key
    }
}

extension KeyDigest {
    public init(of key: CurvePublicKey) { self.init(ofPublicKey: key.text.utf8) }
}

/// The text form of keys: 4 bytes to 5 characters.
enum Z85 {
    static let keyByteCount = 32
    static let keyCharacterCount = 40

    static func validKey(_ text: String) throws(TransportError) -> String {
        guard text.utf8.count == keyCharacterCount, let bytes = decode(text), encode(bytes) == text else {
            throw TransportError(.invalidKey, "a CURVE key has \(keyCharacterCount) characters of Z85")
        }
        return text
    }

    /// - Parameter bytes: 32 bytes.
    static func encode(_ bytes: [UInt8]) -> String {
        var characters = [CChar](repeating: 0, count: bytes.count / 4 * 5 + 1)
        let result = zmq_z85_encode(&characters, bytes, bytes.count)
        precondition(result != nil, "zmq_z85_encode takes multiples of 4 bytes, not \(bytes.count)")
        return text(ofCharacters: characters)
    }

    /// `nil` where `text` is not Z85.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count % 5 == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 5 * 4)
        return zmq_z85_decode(&bytes, text) == nil ? nil : bytes
    }

    static func text(ofCharacters characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
