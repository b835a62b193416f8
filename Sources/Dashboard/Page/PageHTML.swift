import Experiment
import Reporting

/// The whole page. It shows the state without JavaScript, reloading itself; with it, every change as it comes.
///
/// - Parameter instance: names the run of this server; the script loads the page anew when it meets another one.
package func pageHTML(of state: PageState, instance: String) -> HTML {
    // A map of many columns needs the page's width for itself.
    let size = MapSize(state.layout)
    let pair: HTML = size == .large ? "pair" : "apart"
    let hint: HTML = size == .large ? "<span>The number is the epoch that is stored.</span>" : ""
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(state.name) – sweep</title>
        <link rel="icon" href="icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="page.css">
        <script src="page.js" defer></script>
        <noscript><meta http-equiv="refresh" content="5"></noscript>
        </head>
        <body data-instance="\(instance)">
        <header>
        <h1>\(state.name)</h1>
        <p id="connection" role="status"><noscript>This page is loaded again every 5 seconds.</noscript></p>
        </header>
        <main>
        <section id="summary">\(summaryHTML(of: state))</section>
        <section id="curves">\(curvesHTML(of: state))</section>
        <div class="\(pair)">
        <section>
        <h2>Tasks</h2>
        <p class="legend"><i class="w"></i>waiting <i class="r p5"></i>running <i class="d"></i>done
        <i class="f"></i>failed \(hint)</p>
        <div id="map">\(mapHTML(of: state))</div>
        </section>
        <section>
        <h2>Points</h2>
        <div class="scroll" id="points">\(pointsHTML(of: state))</div>
        </section>
        </div>
        <section>
        <h2>Workers</h2>
        <div class="scroll" id="workers">\(workersHTML(of: state))</div>
        </section>
        <section>
        <h2>Log <small>times in UTC</small></h2>
        <ol id="log">\(logHTML(of: state))</ol>
        </section>
        <section>
        <h2>Files</h2>
        <p id="files">\(filesHTML(of: state))</p>
        <p class="note">In \(state.directory); also <a href="api/sweep">JSON</a> and <a href="metrics">metrics</a>.</p>
        </section>
        </main>
        </body>
        </html>

        """
}

private func filesHTML(of state: PageState) -> HTML {
    let files = ReportFile.allCases.filter { state.capturesGradients || !$0.needsGradients }
    return HTML.joined(files.map { "<a href=\"files/\($0.rawValue)\">\($0.rawValue)</a> " })
}

extension ReportFile {
    fileprivate var needsGradients: Bool { self == .gradientNorms || self == .layerGradients }
}
