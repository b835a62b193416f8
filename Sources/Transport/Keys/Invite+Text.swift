import Experiment

// An invite as a file: a line for each fact, words apart by one space. A file of another version is not read, nor one
// that would be written otherwise.

extension Invite {
    /// The largest file: each use has a line of at most 64 + 64 + 13 + 64 bytes and the words around them.
    static let byteLimit = 512 << 10

    private static let firstLine = "sweep-invite 1"

    package var fileText: String {
        var lines = [
            Self.firstLine, "key \(key.rawValue)", "made \(made.milliseconds)",
            "expires \(expires.map { String($0.milliseconds) } ?? "never")", "uses \(useLimit)",
            "approval \(needsApproval ? "needed" : "none")",
        ]
        for claim in claims {
            lines.append(
                "claim \(claim.state.rawValue) \(claim.label) \(claim.worker.rawValue) \(claim.at.milliseconds) "
                    + fileWord(claim.address))
        }
        for latecomer in latecomers {
            lines.append(
                "late \(latecomer.worker.rawValue) \(latecomer.at.milliseconds) \(fileWord(latecomer.address))")
        }
        if let revocation { lines.append("revoked \(revocation.fileText)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `nil` where the text is none of this version, or part of it is missing or out of its bounds.
    package init?(_ name: KeyName, fileText: String) {
        var lines = fileText.fields(apartBy: "\n")
        guard fileText.utf8.count < Self.byteLimit, lines.count >= 7, lines.removeLast().isEmpty,
            lines.removeFirst() == Self.firstLine
        else { return nil }
        func value(_ word: String) -> Substring? {
            guard let value = lines.first?.strippingPrefix("\(word) ") else { return nil }
            lines.removeFirst()
            return value
        }
        guard let key = value("key").flatMap({ KeyDigest(rawValue: String($0)) }),
            let made = value("made").flatMap(WallTime.init(fileText:)), let expiry = value("expires"),
            let uses = value("uses").flatMap({ Int($0) }), Terms.useLimits.contains(uses),
            let approval = value("approval"), ["needed", "none"].contains(approval)
        else { return nil }
        let expires = WallTime(fileText: expiry)
        guard expires != nil || expiry == "never" else { return nil }
        self.init(
            name, key: key, made: made, expires: expires, useLimit: uses, needsApproval: approval == "needed")
        for line in lines {
            guard readFact(line) else { return nil }
        }
        guard self.fileText.utf8.elementsEqual(fileText.utf8) else { return nil }
    }

    private mutating func readFact(_ line: Substring) -> Bool {
        let words = line.fields(apartBy: " ", maxSplits: 5)
        switch words.first {
        case "claim" where words.count == 6:
            guard let state = Claim.State(rawValue: String(words[1])), let label = KeyName(rawValue: String(words[2])),
                let worker = KeyDigest(rawValue: String(words[3])), let time = WallTime(fileText: words[4])
            else { return false }
            claims.append(
                Claim(label: label, worker: worker, at: time, address: text(ofFileWord: words[5]), state: state))
        case "late" where words.count == 4:
            guard let worker = KeyDigest(rawValue: String(words[1])), let time = WallTime(fileText: words[2])
            else { return false }
            latecomers.append(Latecomer(worker: worker, at: time, address: text(ofFileWord: words[3])))
        case "revoked":
            guard let value = line.strippingPrefix("revoked "), let revocation = Revocation(fileText: value) else {
                return false
            }
            self.revocation = revocation
        default: return false
        }
        return true
    }
}

extension RevokedKey {
    static let byteLimit = 1024

    private static let firstLine = "sweep-revocation 1"

    var fileText: String { "\(Self.firstLine)\nlabel \(label)\nrevoked \(revocation.fileText)\n" }

    /// `nil` where the text is none of this version, or would be written otherwise.
    init?(_ worker: KeyDigest, fileText: String) {
        let lines = fileText.fields(apartBy: "\n")
        guard lines.count == 4,
            let label = lines[1].strippingPrefix("label ").flatMap({ KeyName(rawValue: String($0)) }),
            let revocation = lines[2].strippingPrefix("revoked ").flatMap(Revocation.init(fileText:))
        else { return nil }
        self.init(worker: worker, label: label, revocation: revocation)
        guard self.fileText.utf8.elementsEqual(fileText.utf8) else { return nil }
    }
}

extension Revocation {
    fileprivate var fileText: String { "\(at.milliseconds) \(fileWord(by)) \(reason)" }

    fileprivate init?(fileText: Substring) {
        let words = fileText.fields(apartBy: " ", maxSplits: 2)
        guard words.count == 3, let time = WallTime(fileText: words[0]) else { return nil }
        self.init(by: text(ofFileWord: words[1]), at: time, reason: String(words[2]))
    }
}

extension WallTime {
    fileprivate init?(fileText: Substring) {
        guard let milliseconds = Int64(fileText), milliseconds >= 0, "\(milliseconds)" == fileText else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

/// A name or an address as a word: `-` where there is none.
private func fileWord(_ text: String) -> String {
    let word = storedText(text, longest: 64, wordsApart: false)
    return word.isEmpty ? "-" : word
}

private func text(ofFileWord word: Substring) -> String { word == "-" ? "" : String(word) }
