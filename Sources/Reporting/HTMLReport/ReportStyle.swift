/// Two columns of figures on a wide screen, one on a narrow one and on paper. What is too wide for a phone scrolls in
/// its own box; on paper nothing scrolls, and neither a figure nor a row is cut by a page's end.
let reportStyle = """
    :root { color: #222; background: #fff; font: 15px/1.45 system-ui, "Helvetica Neue", Arial, sans-serif; }
    body { max-width: 1320px; margin: 0 auto; padding: 16px; }
    h1 { font-size: 1.7rem; margin: 0 0 0.4rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.2rem; margin: 1.8rem 0 0.5rem; border-bottom: 1px solid #ddd; }
    p { margin: 0.2rem 0; max-width: 75em; }
    .note { color: #555; }
    .alarm { color: #b00020; font-weight: 600; }
    .scroll { overflow-x: auto; margin: 0.5rem 0; }
    table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid #e5e5e5; vertical-align: top; }
    th { border-bottom: 2px solid #bbb; white-space: nowrap; }
    .number { text-align: right; }
    .number, .short { white-space: nowrap; }
    pre { background: #f6f6f6; padding: 10px; overflow-x: auto; font-size: 0.85rem; }
    .figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; }
    figure { margin: 0; border: 1px solid #e5e5e5; }
    figure.wide { grid-column: 1 / -1; }
    figure svg { display: block; width: 100%; height: auto; }
    figure.wide svg { max-width: 1000px; margin: 0 auto; }
    @media (max-width: 900px) { .figures { grid-template-columns: minmax(0, 1fr); } }
    @page { size: A4; margin: 14mm; }
    @media print {
        :root { font-size: 10pt; }
        body { max-width: none; padding: 0; }
        .figures { display: block; }
        figure { break-inside: avoid; border: 0; margin: 0 auto 2mm; max-width: 138mm; }
        figure.wide { max-width: 172mm; }
        h2 { break-after: avoid; }
        .scroll { overflow: visible; }
        table { font-size: 7.5pt; max-width: 100%; }
        th, td { padding: 1px 5px; overflow-wrap: anywhere; }
        thead { display: table-header-group; }
        tr, pre, .alarm { break-inside: avoid; }
        th, .number, .short { white-space: normal; }
        pre { white-space: pre-wrap; }
    }

    """
