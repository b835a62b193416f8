import Glibc

/// The admitted keys as last read from the directory, and when they must be read again.
struct AdmittedKeys {
    /// Derived keys, which no file tells of.
    var transient: [CurvePublicKey: KeyName] = [:]
    private var stored: [CurvePublicKey: KeyName] = [:]
    /// The directory as it was before it was read; `nil` has it read at the next question.
    private var mark: PrivateDirectory.ChangeMark?

    mutating func admission(of key: CurvePublicKey, in directory: PrivateDirectory) -> KeyStore.Admission {
        if let name = transient[key] { return .admitted(name) }
        do {
            try refresh(from: directory)
        } catch {
            return .unavailable(error)
        }
        return stored[key].map(KeyStore.Admission.admitted) ?? .unknown
    }

    static func keyText(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    private mutating func refresh(from directory: PrivateDirectory) throws(TransportError) {
        let current = directory.changeMark()
        if let current, current == mark { return }
        mark = nil
        stored = [:]
        let readingBegins = wallClock()
        stored = try Self.load(from: directory)
        // File systems stamp changes by the kernel's tick, at most 10 ms. A change within the tick of this reading
        // would leave the mark as it is, so a fresh mark is not trusted; nor is one from the future.
        if let current, readingBegins - current.changed > .milliseconds(100) { mark = current }
    }

    private static func load(from directory: PrivateDirectory) throws(TransportError) -> [CurvePublicKey: KeyName] {
        var keys: [CurvePublicKey: KeyName] = [:]
        for fileName in try directory.names() {
            // A file that holds no key admits nobody; it must not keep the other workers out.
            guard let name = KeyName(rawValue: fileName),
                let bytes = try? directory.read(fileName, byteLimit: 64),
                let key = try? CurvePublicKey(keyText(bytes))
            else { continue }
            keys[key] = keys[key] ?? name
        }
        return keys
    }
}

/// Since 1970: what file systems stamp with. Only compared with such stamps.
private func wallClock() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
