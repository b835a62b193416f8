/// The elements of the report, one after the other. Text goes in escaped and nothing else does: names and reasons come
/// out of files, and from hosts that are not ours.
struct HTMLText {
    private var html: HTML = ""

    var text: String { html.text }

    /// An element with text in it.
    mutating func element(_ name: String, _ content: String, class cssClass: String? = nil) {
        markup(open(name, cssClass))
        html += "\(content)"
        markup("</\(name)>\n")
    }

    /// An element with elements in it.
    mutating func element(_ name: String, class cssClass: String? = nil, _ content: (inout HTMLText) -> Void) {
        markup(open(name, cssClass) + "\n")
        content(&self)
        markup("</\(name)>\n")
    }

    /// - Parameter trusted: markup that this program, or a program that it ran, has made.
    mutating func markup(_ trusted: String) { html += HTML(trusted: trusted) }

    /// Words to the left, numbers to the right.
    mutating func table(head: [String], rows: [[Cell]]) {
        element("table") { table in
            table.element("thead") { head_ in
                head_.element("tr") { row in
                    for (index, name) in head.enumerated() {
                        let isNumber = rows.first.map { $0[index].isNumber } ?? false
                        row.element("th", name, class: isNumber ? "number" : nil)
                    }
                }
            }
            table.element("tbody") { body in
                for cells in rows {
                    body.element("tr") { row in
                        for cell in cells { row.element("td", cell.text, class: cell.cssClass) }
                    }
                }
            }
        }
    }

    struct Cell {
        let text: String
        let isNumber: Bool

        /// Short words stay on one line; long ones, reasons say, are broken.
        var cssClass: String? { isNumber ? "number" : text.count <= 40 ? "short" : nil }

        static func word(_ text: String) -> Cell { Cell(text: text, isNumber: false) }
        static func number(_ text: String) -> Cell { Cell(text: text, isNumber: true) }
    }

    private func open(_ name: String, _ cssClass: String?) -> String {
        cssClass.map { "<\(name) class=\"\($0)\">" } ?? "<\(name)>"
    }
}
