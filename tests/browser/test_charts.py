"""Charts in a real browser: whatever is measured, no text lies over another text or over a point."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from tram_ext.widgets.assets import asset
from tram_ext.widgets.charts import Point, versions_chart

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

STYLES = asset("table.css")

HISTORIES: dict[str, list[tuple[int, float]]] = {
    "two nearly alike": [(5_000, 0.712), (5_010, 0.719)],
    "two on one spot": [(5_000, 0.712), (5_000, 0.712)],
    "two on the right": [(15_895, 0.71), (15_940, 0.705)],
    "nothing and everything": [(0, 0.0), (0, 1.0), (16_000, 0.0), (16_000, 1.0)],
    "a row": [(15_895 + 12 * n, 0.70 + 0.004 * n) for n in range(6)],
    "a crowd": [(15_895 + 5 * n, 0.70 + 0.001 * (n % 7)) for n in range(40)],
    "a line": [(400 * n + 1, 0.3 + 0.015 * n) for n in range(30)],
}

BOXES = """() => {
  const box = element => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    return {left, top, right, bottom, text: element.textContent, kind: element.tagName};
  };
  return {
    frame: box(document.querySelector('svg')),
    texts: [...document.querySelectorAll('svg text')].map(box),
    dots: [...document.querySelectorAll('svg circle')].map(box),
    names: [...document.querySelectorAll('svg text.name')].map(item => item.textContent),
  };
}"""


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        min(one["right"], other["right"]) - max(one["left"], other["left"]) > 0.5
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 2.5  # letters do not fill their line
    )


@pytest.mark.parametrize("name", HISTORIES)
def test_no_name_of_a_version_lies_over_another(
    context: BrowserContext, picture: Callable[[Page, str], None], name: str
) -> None:
    page = context.new_page()
    points = [Point(x, y, f"version {n}: {x:,}", f"version {n}") for n, (x, y) in enumerate(HISTORIES[name], start=1)]
    page.set_content(
        f"<style>{STYLES.read_text(encoding='utf-8')}</style><div class='tram-Widget' style='width: 420px; "
        f"font-family: sans-serif'>{versions_chart(points)}</div>"
    )
    picture(page, f"versions-{name.replace(' ', '-')}")
    found = page.evaluate(BOXES)
    texts, dots, frame = found["texts"], found["dots"], found["frame"]
    assert [(a["text"], b["text"]) for a, b in combinations(texts, 2) if overlap(a, b)] == []
    assert [(text["text"], dot["text"]) for text in texts for dot in dots if overlap(text, dot)] == []
    assert [
        text["text"] for text in texts if text["left"] < frame["left"] - 1 or text["right"] > frame["right"] + 1
    ] == []
    assert f"version {len(points)}" in " ".join(found["names"]), "the newest has its name"
    assert len(dots) == len(points)
