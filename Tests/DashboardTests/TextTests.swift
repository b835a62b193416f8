import Dashboard
import Experiment
import Foundation
import Reporting
import Testing

struct TextTests {
    @Test func `what is interpolated into markup is escaped`() {
        let host = "<script>alert('x')</script>&\"\u{0}\u{1b}[2J"
        let html: HTML = "<td title=\"\(host)\">\(host)</td>"
        #expect(!html.text.dropFirst(4).dropLast(5).contains("<") && !html.text.contains("\u{1b}"))
        let safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\u{FFFD}\u{FFFD}[2J"
        #expect(html.text == "<td title=\"\(safe)\">\(safe)</td>")
        let turned: HTML = "\("a\u{202E}b\u{2029}c\u{61C}d\u{85}é\u{2014}م")"
        #expect(turned.text == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}é\u{2014}م")
        let nested: HTML = "<tr>\(html)</tr>"
        #expect(nested.text == "<tr>\(html.text)</tr>")
    }

    @Test(
        arguments: [
            (3.14159, 2, "3.14"), (-0.05, 1, "-0.1"), (0, 0, "0"), (2.5, 0, "3"), (99.999, 2, "100.00"),
            (1.005, 4, "1.0050"), (.nan, 2, "nan"), (1e300, 2, "1e+300"),
        ] as [(Double, Int, String)])
    func `numbers have a fixed number of decimals`(_ number: Double, _ decimals: Int, _ text: String) {
        #expect(fixedText(number, decimals: decimals) == text)
    }

    @Test func `JSON is read back by Foundation`() throws {
        let text = "a\"b\\c\nd\u{1}e/ü\u{2028}"
        var json = JSONText()
        json.object { json in
            json.member("text", text)
            json.member("none", nil as String?)
            json.member("count", 3)
            json.member("nan", Double.nan)
            json.member("half", 0.5)
            json.member("is", true)
            json.name("list")
            json.array { json in
                json.number(1)
                json.object { _ in }
                json.string("x" as HTML)
            }
        }
        let object = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any]
        let read = try #require(object)
        #expect(read["text"] as? String == text && read["count"] as? Int == 3 && read["half"] as? Double == 0.5)
        #expect(read["none"] is NSNull && read["nan"] is NSNull && read["is"] as? Bool == true)
        #expect((read["list"] as? [Any])?.count == 3)
    }

    @Test func `scales have round ticks around the values`() {
        let accuracy = ChartScale(values: [18.2, 88.4])
        #expect(accuracy.ticks == [0, 20, 40, 60, 80, 100] && accuracy.decimals == 0 && !accuracy.isLogarithmic)
        #expect(accuracy.place(of: 0) == 0 && accuracy.place(of: 100) == 1)
        let loss = ChartScale(values: [0.41, 0.83, .infinity])
        #expect(loss.decimals == 1 && loss.range.contains(0.41) && loss.range.contains(0.83))
        let diverging = ChartScale(values: [0.4, 5_238])
        #expect(diverging.isLogarithmic && diverging.ticks == [0.1, 1, 10, 100, 1_000, 10_000])
        #expect(abs(diverging.place(of: 1) - 0.2) < 1e-12)
        for values in [[5.0], [], [0, 0], [-1, -1]] {
            let scale = ChartScale(values: values)
            #expect(scale.range.upperBound > scale.range.lowerBound && scale.ticks.count >= 2, "\(values)")
        }
        #expect(ChartScale(counting: 15).ticks == [2, 4, 6, 8, 10, 12, 14])
        #expect(ChartScale(counting: 1).place(of: 1) == 0)
    }
}
