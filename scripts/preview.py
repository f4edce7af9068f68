"""A job summary as a page of its own: `scripts/preview.py SUMMARY.md PAGE.html`.

GitHub's own Markdown parser renders it. The page loads nothing: the styles are in it, and a chart
becomes an SVG picture. On GitHub, Mermaid draws the charts.
"""

import html
import json
import re
import sys
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

WIDTH, HEIGHT = 860, 260
LEFT, TOP, BOTTOM, RIGHT = 64, 12, 40, 16  # of the space around the curve
CHART = re.compile(r'<pre lang="mermaid"><code>(.*?)</code></pre>', re.DOTALL)
AXIS = re.compile(r'([xy])-axis "([^"]*)" (\S+) --> (\S+)')
LINE = re.compile(r"line \[([^\]]*)\]")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:">
<title>Job summary</title>
<style>
:root { color-scheme: light dark; --fg: #1f2328; --bg: #fff; --line: #d1d9e0; --soft: #f6f8fa;
  --muted: #59636e; --link: #0969da; }
@media (prefers-color-scheme: dark) {
  :root { --fg: #f0f6fc; --bg: #0d1117; --line: #3d444d; --soft: #151b23; --muted: #9198a1;
    --link: #4493f8; }
}
body { margin: 0 auto; max-width: 900px; padding: 24px 16px; color: var(--fg);
  background: var(--bg); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h3, h4 { line-height: 1.25; margin: 24px 0 16px; }
h3 { font-size: 1.25em; } h4 { font-size: 1em; }
code { background: color-mix(in srgb, var(--muted) 16%, transparent); border-radius: 6px;
  padding: .15em .4em; font: 85% ui-monospace, monospace; }
pre { background: var(--soft); border-radius: 6px; padding: 16px; overflow: auto; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; display: block; overflow: auto; margin: 0 0 16px; }
th, td { border: 1px solid var(--line); padding: 6px 13px; text-align: left;
  vertical-align: top; }
tr:nth-child(2n) td { background: var(--soft); }
details { margin: 0 0 16px; } summary { cursor: pointer; font-weight: 600; }
img { background: var(--soft); border-radius: 4px; max-width: 100%; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--muted); font: 12px system-ui, sans-serif; }
svg path { fill: none; stroke: #2f81f7; stroke-width: 2; }
svg line { stroke: var(--line); }
</style>
<body>
"""


def page(markdown: str) -> str:
    """Return a job summary's Markdown as an HTML page."""
    body = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return PAGE + CHART.sub(lambda found: picture(html.unescape(found[1])), body)


def picture(chart: str) -> str:
    """Return a Mermaid xychart as SVG; its text where it is another chart."""
    axes = {axis: (name, float(low), float(high)) for axis, name, low, high in AXIS.findall(chart)}
    line = LINE.search(chart)
    if len(axes) < 2 or not line:  # noqa: PLR2004 - two axes
        return f"<pre>{html.escape(chart)}</pre>"
    points = json.loads(f"[{line[1]}]")
    (x_name, x_low, x_high), (y_name, y_low, y_high) = axes["x"], axes["y"]
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = wide / max(1, len(points) - 1)
    path = " L".join(
        f"{LEFT + step * at:.1f} {TOP + high * (1 - (y - y_low) / ((y_high - y_low) or 1)):.1f}"
        for at, y in enumerate(points)
    )
    below, label = HEIGHT - BOTTOM, f"{y_name} by {x_name}"
    return f"""<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(label)}">
<line x1="{LEFT}" y1="{below}" x2="{WIDTH - RIGHT}" y2="{below}"/>
<line x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{below}"/>
<text x="{LEFT - 8}" y="{below}" text-anchor="end">{y_low:g}</text>
<text x="{LEFT - 8}" y="{TOP + 10}" text-anchor="end">{y_high:g}</text>
<text x="{LEFT}" y="{below + 18}">{x_low:g}</text>
<text x="{WIDTH - RIGHT}" y="{below + 18}" text-anchor="end">{x_high:g}</text>
<text x="{LEFT + wide / 2}" y="{below + 34}" text-anchor="middle">{html.escape(x_name)}</text>
<text x="{LEFT + 8}" y="{TOP + 10}">{html.escape(y_name)}</text>
<path d="M{path}"/>
</svg>"""


def main() -> None:
    """Read Markdown from the first path and write the page to the second."""
    source, target = map(Path, sys.argv[1:])
    target.write_text(page(source.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
