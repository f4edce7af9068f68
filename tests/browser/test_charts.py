"""Charts as Mermaid draws them, on the light and the dark page of GitHub."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from replicate_train.metrics.collector import Metrics
from replicate_train.metrics.series import Series
from replicate_train.report.chart import LINE, chart, charts
from support.browser import Browser, Page, package_file

PAGES = {"light": "#ffffff", "dark": "#0d1117"}


def series(values: list[float], every: int = 100) -> Series:
    made = Series()
    for number, value in enumerate(values):
        made.add(value, number * every)
    return made


def falling(count: int) -> list[float]:
    return [0.2 + math.exp(-number / count * 4) for number in range(count)]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 920, "height": 320})
    opened.set_content('<body style="margin: 20px; font-family: sans-serif"><pre></pre></body>')
    opened.add_script_tag(path=str(package_file("mermaid/dist/mermaid.min.js")))
    yield opened
    opened.close()


def draw(page: Page, markdown: str) -> None:
    """Draw the chart of a Markdown text as GitHub does. Raises what Mermaid says of its grammar."""
    found = re.fullmatch(r"```mermaid\n(.*)\n```\n\n.*", markdown, re.DOTALL)
    assert found
    page.evaluate(
        """async (text) => {
            mermaid.initialize({ startOnLoad: false });
            document.querySelector("pre").innerHTML = (await mermaid.render("drawn", text)).svg;
        }""",
        found[1],
    )


def curve(page: Page) -> list[tuple[float, float]]:
    """Return the points of the only line in the palette's colour."""
    paths = page.locator(f'svg path[stroke="{LINE}"]')
    assert paths.count() == 1
    outline = paths.get_attribute("d") or ""
    return [
        (float(x), float(y)) for x, y in re.findall(r"[ML]\s*(-?[\d.]+)[ ,](-?[\d.]+)", outline)
    ]


@pytest.mark.parametrize("theme", PAGES)
def test_a_falling_loss_is_a_falling_curve(page: Page, theme: str, tmp_path: Path) -> None:
    page.evaluate("colour => { document.body.style.background = colour }", PAGES[theme])
    draw(page, chart(series(falling(16)), "loss"))
    points = curve(page)
    assert len(points) == 16
    assert all(x < after_x and y < after_y for (x, y), (after_x, after_y) in pairwise(points))
    picture = tmp_path / f"{theme}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 5_000
    texts = page.locator("svg text").all_text_contents()
    assert {"step", "loss", "0", "1400"} <= set(texts)


CASES = {
    "flat": [0.5] * 10,
    "zero": [0.0] * 10,
    "negative": [-1.0, -2.0, -3.0, 1.0],
    "huge": [338649581355008.0, 1.0, 2e14],
    "tiny": [1e-7, 2e-8, 1.5e-8],
    "three points": [3.0, 2.0, 1.0],
    "many": falling(5000),
    "a prime number of steps": falling(102),
    "64 steps": falling(65),
}


@pytest.mark.parametrize("name", CASES)
def test_no_value_is_lost(page: Page, name: str) -> None:
    text = chart(series(CASES[name], every=1 if "steps" in name else 100), "eval_loss")
    draw(page, text)
    wanted = len(re.findall(r"line \[(.*)\]", text)[0].split(", "))
    points = curve(page)
    assert len(points) == wanted
    assert all(0 <= y <= 260 and 0 <= x <= 860 for x, y in points)
    xs = [x for x, _ in points]
    assert xs == sorted(set(xs))


def test_every_name_that_makes_a_chart_is_drawn(page: Page) -> None:
    for name in ("loss", "x-axis_line", "0", "a_b 1", "line", "end", "style", "Title"):
        if text := chart(series(falling(10)), name):
            draw(page, text)
            assert len(curve(page)) == 10


def test_values_without_steps_are_drawn(page: Page) -> None:
    metrics = Metrics.of("\n".join(f"loss={value}" for value in falling(20)))
    draw(page, charts(metrics)[0])
    assert len(curve(page)) == 20
