import Testing
import Transport

struct JoinTokenTests {
    let token: JoinToken
    let word: String

    init() throws {
        token = try JoinToken(
            endpoint: Endpoint("tcp://192.0.2.1:5555"), coordinatorKey: CurveKeyPair.generate().publicKey,
            workerKeys: .generate())
        word = token.encoded
    }

    @Test(arguments: ["tcp://192.0.2.1:5555", "tcp://[::1]:1", "ipc:///run/é", "ipc://ab"])
    func `a token comes back from its word`(endpoint: String) throws {
        let sent = try JoinToken(
            endpoint: Endpoint(endpoint), coordinatorKey: token.coordinatorKey, workerKeys: token.workerKeys)
        let received = try JoinToken(decoding: sent.encoded)
        #expect(received.endpoint == sent.endpoint)
        #expect(received.coordinatorKey == sent.coordinatorKey)
        #expect(received.workerKeys.publicKey == sent.workerKeys.publicKey)
        #expect(received.encoded == sent.encoded)
    }

    @Test func `a token is one word that no shell changes`() {
        #expect(word.hasPrefix("sweep1."))
        #expect(word.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil)
    }

    @Test func `a token is refused when any one character is another`() {
        let characters = Array(word)
        let alphabet = Array("ABab01-_.~ ")
        for index in characters.indices {
            // All letters at the end, whose spare bits an ordinary base64 reader ignores.
            let replacements = index > characters.count - 4 ? Array(Self.base64Alphabet) : alphabet
            for replacement in replacements where replacement != characters[index] {
                var changed = characters
                changed[index] = replacement
                expectRefused(String(changed), "character \(index) as '\(replacement)'")
            }
        }
    }

    @Test func `a token is refused when it is cut, or has more characters, or two that changed places`() {
        for count in 0..<word.count {
            expectRefused(String(word.prefix(count)), "the first \(count) characters")
            expectRefused(String(word.suffix(count)), "the last \(count) characters")
        }
        expectRefused(word + "A", "one more")
        expectRefused(word + "\n", "a line's end")
        var characters = Array(word)
        for index in 1..<characters.count where characters[index] != characters[index - 1] {
            characters.swapAt(index, index - 1)
            expectRefused(String(characters), "\(index) swapped")
            characters.swapAt(index, index - 1)
        }
    }

    @Test func `a token does not show its secret`() {
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\(token.workerKeys)", dumped] {
            #expect(!text.contains(word))
            #expect(!text.contains(secretText))
        }
    }

    @Test(arguments: ["tcp://*:5555", "tcp://host:0"])
    func `a token is not made for an address to which nobody can connect`(endpoint: String) throws {
        let endpoint = try Endpoint(endpoint)
        let error = #expect(throws: TransportError.self) {
            try JoinToken(endpoint: endpoint, coordinatorKey: token.coordinatorKey, workerKeys: token.workerKeys)
        }
        #expect(error?.code == .invalidEndpoint)
    }

    private static let base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// The secret as a program would print it, taken from the key file's form.
    private var secretText: String { token.workerKeys.secretKey.text }

    private func expectRefused(_ word: String, _ change: String) {
        let error = #expect(throws: TransportError.self, "\(change)") { try JoinToken(decoding: word) }
        #expect(error?.code == .invalidToken)
    }
}
