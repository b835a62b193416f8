import Transport

extension FuzzTarget {
    /// What decides who comes in. The first byte says what the others are: the body of a token, whose checksum is made
    /// right (1); the file of an invite (2); an endpoint (3); else a token.
    static let token = FuzzTarget("token", seeds: Seeds.tokens) { bytes in
        var cursor = InputCursor(bytes)
        switch cursor.byte() {
        case 1: check(token: JoinToken.word(ofBody: Array(cursor.rest)))
        case 2: check(invite: String(decoding: cursor.rest, as: UTF8.self))
        case 3: check(endpoint: String(decoding: cursor.rest, as: UTF8.self))
        default: check(token: String(decoding: cursor.rest, as: UTF8.self))
        }
    }
}

private func check(token word: String) {
    guard let token = try? JoinToken(decoding: word) else { return }
    expect(token.encoded == word, "two words for one token: \(word)")
    check(endpoint: token.endpoint.description)
}

private func check(invite text: String) {
    let name = KeyName(rawValue: "fuzz")!
    guard let invite = Invite(name, fileText: text) else { return }
    expect(Invite(name, fileText: invite.fileText) == invite, "an invite changed when it was stored: \(text)")
}

private func check(endpoint text: String) {
    guard let endpoint = try? Endpoint(text) else { return }
    expect((try? Endpoint(endpoint.description)) == endpoint, "an endpoint changed: \(text)")
}
