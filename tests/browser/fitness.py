"""画面が、だれにでも使え、狭くても読め、日本語だけで書かれ、軽いかを見る。

axe（WCAG 2.0～2.2 の A と AA）と、自前の見回り（looks.js）。写真を撮るときは、環境変数 SHOTS に置き場所を書く。
"""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Request

from tests.browser.states import Explorer, State

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
LOOKS = (HERE / "looks.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
ALSO = ("target-size", "heading-order", "region", "landmark-one-main", "page-has-heading-one", "empty-heading")
RUN_AXE = """
async ([tags, also]) => {
  const rules = Object.fromEntries(also.map((rule) => [rule, { enabled: true }]));
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}：${one.nodes.map((node) => node.target.join(" ")).join("、")}`);
}
"""
# 頁の言葉。写してもらう合言葉は、言葉ではない。
SPOKEN = """
() => [...document.querySelectorAll(".typed-out")].reduce(
  (text, one) => text.replace(one.innerText, ""), document.body.innerText)
"""
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
WIDE, NARROW, PHONE = ({"width": width, "height": height} for width, height in ((1280, 900), (320, 640), (390, 844)))
MOST_REQUESTS, MOST_BYTES = 15, 150 * 1024

FILES = "PDF|pdf|JPEG|jpg|PNG|HEIC|iPhone|KB|CSV|csv|Excel|xlsx|MB|UTF|Shift_JIS|Windows|Chrome|Safari|Mac|Firefox|Edge"
ALLOWED = f"MAMIS|TOP|{FILES}|ID|QR|HPKI|URL|e-ラーニング|G-MIS|JavaScript|Cookie|WCAG|JIS|AA|ACP"
# アドレスと、許す言葉。
NOT_WORDS = re.compile(rf"https?://\S+|\S+@\S+|localhost:\S*|/v/\S+|(?<![A-Za-z])(?:{ALLOWED})(?![A-Za-z])")


def problems_of(explorer: Explorer, state: State, places: dict[str, Any]) -> list[str]:
    """その状態にして、困りごとをすべて挙げる。操作マニュアルの絵は、見えるところに来てから読むので、重さに入れない。"""
    requests: list[Request] = []
    explorer.page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 Playwrightは組み込みの関数を受け取れない
    explorer.open(state.path.format(**places))
    first_load = [request.sizes() for request in requests if "/manual/images/" not in request.url]
    if state.act:
        state.act(explorer)
    explorer.sees(state.proof)
    explorer.page.wait_for_load_state()

    problems = [complaint for complaint in explorer.complaints if "Failed to load resource" not in complaint]
    problems += explorer.page.evaluate(LOOKS)
    problems += _foreign_words(explorer.page.evaluate(SPOKEN))
    problems += _too_heavy(first_load)
    explorer.page.evaluate(AXE)
    problems += explorer.page.evaluate(RUN_AXE, [TAGS, ALSO])
    explorer.page.set_viewport_size(NARROW)
    problems += [f"幅320：{problem}" for problem in explorer.page.evaluate(LOOKS)]
    problems += _sideways(explorer, "幅320")
    _photograph(explorer, state)
    explorer.page.add_style_tag(content=SPACING)
    problems += _sideways(explorer, "字間を広げた幅320")

    return problems


def _foreign_words(text: str) -> list[str]:
    words = re.findall("[A-Za-z]{2,}", NOT_WORDS.sub("", text))
    return [f"外国の言葉：{word}" for word in dict.fromkeys(words)]


def _too_heavy(sizes: list[dict[str, int]]) -> list[str]:
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    if len(sizes) > MOST_REQUESTS or weight > MOST_BYTES:
        return [f"重い：{len(sizes)} 回、{weight} バイト"]
    return []


def _sideways(explorer: Explorer, what: str) -> list[str]:
    width = explorer.page.evaluate("document.scrollingElement.scrollWidth")
    if width <= NARROW["width"]:
        return []
    wide = explorer.page.evaluate(
        "() => [...document.querySelectorAll('body *')]"
        ".filter((one) => one.getBoundingClientRect().right > 321 && !one.closest('.table-scroll'))"
        ".map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"
    )
    return [f"{what}で横にはみ出す（{width}）：{wide}"]


def _photograph(explorer: Explorer, state: State) -> None:
    if folder := os.environ.get("SHOTS"):
        name = f"{state.template.removesuffix('.html').replace('/', '-')}_{state.name}"
        for size in (WIDE, PHONE, NARROW):
            explorer.page.set_viewport_size(size)
            explorer.page.screenshot(path=Path(folder) / f"{name}_{size['width']}.png", full_page=True)
