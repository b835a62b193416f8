import Foundation
import FoundationXML
import Reporting

/// A text of an SVG that gnuplot made, with the room that it takes.
struct PictureText {
    var text = ""
    var x = 0.0
    var y = 0.0
    var size = 0.0
    /// `start`, `middle` or `end`.
    var anchor = "start"
    /// In degrees.
    var angle = 0.0

    /// As narrow as usual fonts draw it: what is outside by this measure is outside for every viewer.
    private var width: Double { Double(text.count) * size * 0.6 }

    /// From its left end to its right one, along its own direction.
    private var ends: [(x: Double, y: Double)] {
        let start = anchor == "start" ? 0 : anchor == "middle" ? -width / 2 : -width
        let (c, s) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
        return [start, start + width].map { (x + $0 * c, y + $0 * s) }
    }

    func isInside(width: Double, height: Double) -> Bool {
        ends.allSatisfy { (-1...width + 1).contains($0.x) && (-1...height + 1).contains($0.y) }
    }

    /// The room of a text that is not turned.
    var box: (left: Double, right: Double, top: Double, bottom: Double) {
        (ends[0].x, ends[1].x, y - 0.7 * size, y + 0.2 * size)
    }
}

/// The texts of a picture that stand out of it.
func textsOutside(_ picture: [UInt8], _ figure: Figure) throws -> [String] {
    try pictureTexts(picture).filter { !$0.isInside(width: Double(figure.width), height: Double(figure.height)) }
        .map(\.text)
}

/// Texts of a picture that cover each other, of those that are not turned. A panel may say again what another has said.
func coveredTexts(_ picture: [UInt8]) throws -> [String] {
    let flat = try pictureTexts(picture).filter { $0.angle == 0 && !$0.text.isEmpty }
    return flat.indices.flatMap { index in
        flat[(index + 1)...].filter { second in
            let first = flat[index]
            guard first.text != second.text || first.x != second.x else { return false }
            let (a, b) = (first.box, second.box)
            return a.right > b.left && b.right > a.left && a.bottom > b.top && b.bottom > a.top
        }.map { "\(flat[index].text) and \($0.text)" }
    }
}

/// Names of series that a figure has and its picture lacks: gnuplot draws no key entry that it has no room for.
func lostKeys(_ picture: [UInt8], _ figure: Figure) throws -> [String] {
    let texts = try pictureTexts(picture).map(\.text)
    let keys = figure.script.matches(of: #/ title '((?:[^']|'')*)'/#).map { String($0.1).replacing("''", with: "'") }
    return keys.filter { !texts.contains($0) }
}

/// All texts of a picture, with their places.
func pictureTexts(_ picture: [UInt8]) throws -> [PictureText] {
    let reader = TextReader()
    let parser = XMLParser(data: Data(picture))
    parser.delegate = reader
    guard parser.parse() else { throw CocoaError(.fileReadCorruptFile) }
    return reader.texts
}

private final class TextReader: NSObject, XMLParserDelegate {
    var texts: [PictureText] = []
    /// Of the groups that are open.
    private var groups: [PictureText] = [PictureText()]
    private var isInText = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard name == "g" || name == "text" else { return }
        var state = groups.last!
        apply(attributes["transform"], to: &state)
        if let size = attributes["font-size"].flatMap(Double.init) { state.size = size }
        if let anchor = attributes["text-anchor"] { state.anchor = anchor }
        groups.append(state)
        guard name == "text" else { return }
        isInText = true
        texts.append(state)
    }

    /// gnuplot writes `translate(x,y)`, with `rotate(a)` behind it.
    private func apply(_ transform: String?, to state: inout PictureText) {
        guard let transform else { return }
        for match in transform.matches(of: /(\w+)\(([^)]*)\)/) {
            let numbers = match.2.split(separator: ",").compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
            if match.1 == "translate", numbers.count == 2 {
                (state.x, state.y) = (state.x + numbers[0], state.y + numbers[1])
            } else if match.1 == "rotate", let angle = numbers.first {
                state.angle = angle
            }
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if isInText { texts[texts.count - 1].text += text.trimmingCharacters(in: .newlines) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard name == "g" || name == "text" else { return }
        groups.removeLast()
        isInText = false
    }
}
