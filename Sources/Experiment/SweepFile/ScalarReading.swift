/// Reads one value of a hyperparameter as strictly as it can be said in one sentence: numbers in decimal, `true` and
/// `false`, words as they are listed. Everything that YAML readers disagree on is refused.
extension ParameterDomain {
    /// The value that `scalar` spells, or one line that says what is wrong and what would be right.
    func read(_ scalar: ScalarText) -> Result<ParameterValue, ScalarFault> {
        if case .word(let words) = self {
            return words.contains(scalar.text)
                ? .success(.word(scalar.text)) : fault(scalar, "is not one of its values")
        }
        let plain = readPlain(ScalarText(text: scalar.text, isQuoted: false))
        guard scalar.isQuoted else { return plain }
        guard case .success(let value) = plain else { return fault(scalar, "is a text") }
        return .failure(ScalarFault("\(scalar.shown) is a text; write \(value) without quotes"))
    }

    /// What a value must be, for error messages.
    package var requirement: String {
        switch self {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .real(let range): "a number from \(shortestText(range.lowerBound)) to \(shortestText(range.upperBound))"
        case .flag: "true or false"
        case .word(let words): "one of " + words.joined(separator: ", ")
        }
    }

    private func readPlain(_ scalar: ScalarText) -> Result<ParameterValue, ScalarFault> {
        switch self {
        case .integer(let range): integer(scalar, range)
        case .real(let range): real(scalar, range)
        case .flag: flag(scalar)
        case .word: fault(scalar, "is not one of its values")
        }
    }

    private func integer(_ scalar: ScalarText, _ range: ClosedRange<Int>) -> Result<ParameterValue, ScalarFault> {
        guard isDecimalInteger(scalar.text) else {
            // 64.0 and 6.4e1 mean a whole number, but other readers make a fraction of them.
            guard case .value(let number) = DecimalNumber(scalar.text), let value = Int(exactly: number),
                range.contains(value)
            else { return fault(scalar, "is not a whole number") }
            return .failure(ScalarFault("\(scalar.shown) is written as a fraction; write \(value)"))
        }
        guard let value = Int(scalar.text), range.contains(value) else { return fault(scalar, "is out of range") }
        guard !hasLeadingZero(scalar.text) else {
            return .failure(ScalarFault("\(scalar.shown) could be read as an octal number; write \(value)"))
        }
        return .success(.integer(value))
    }

    private func real(_ scalar: ScalarText, _ range: ClosedRange<Double>) -> Result<ParameterValue, ScalarFault> {
        let value: Double
        switch DecimalNumber(scalar.text) {
        case .value(let number): value = number
        case .tooSmall: return .failure(ScalarFault("\(scalar.shown) \(DecimalNumber.tooSmallWords)"))
        case .tooLarge: return fault(scalar, "is out of range")
        case .notANumber: return fault(scalar, "is not a number")
        }
        guard range.contains(value) else { return fault(scalar, "is out of range") }
        guard !hasLeadingZero(scalar.text) else {
            // [0,001] is a list of two numbers, which nobody means.
            return .failure(ScalarFault("\(scalar.shown) has a leading zero; write decimals with a point, as in 0.001"))
        }
        // Minus zero equals zero but would print, and hash, as another value.
        return .success(.real(value + 0))
    }

    private func flag(_ scalar: ScalarText) -> Result<ParameterValue, ScalarFault> {
        if let value = Bool(scalar.text) { return .success(.flag(value)) }
        switch scalar.text.lowercased() {
        case "true", "yes", "on": return .failure(ScalarFault("\(scalar.shown) is not a flag; write true"))
        case "false", "no", "off": return .failure(ScalarFault("\(scalar.shown) is not a flag; write false"))
        default: return fault(scalar, "is not a flag")
        }
    }

    private func fault(_ scalar: ScalarText, _ problem: String) -> Result<ParameterValue, ScalarFault> {
        .failure(ScalarFault("\(scalar.shown) \(problem); write \(requirement)"))
    }
}

/// What is wrong with a value, and what would be right.
struct ScalarFault: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// `[-+]?[0-9]+`
private func isDecimalInteger(_ text: String) -> Bool {
    let digits = text.utf8.first.map { isSign($0) } == true ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.allSatisfy(isDigit)
}

private func hasLeadingZero(_ text: String) -> Bool {
    let digits = text.utf8.drop(while: isSign)
    return digits.first == UInt8(ascii: "0") && digits.dropFirst().first.map(isDigit) == true
}
