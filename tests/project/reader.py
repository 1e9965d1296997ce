"""頁の読み手。入力欄とその値、直すところの一覧、欄のそばの言葉を取り出す。"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Control:
    """一つの入力欄。`described_by` は、囲む枠のものも合わせる。"""

    name: str
    id: str
    values: list[str]
    described_by: set[str]
    is_invalid: bool


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """読んだ頁。"""

    markup: str
    title: str = ""
    controls: list[Control] = field(default_factory=list)
    summary_links: list[str] = field(default_factory=list)
    has_alert: bool = False
    words: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Open] = []
        self.feed(self.markup)
        self.close()

    def __hash__(self) -> int:
        return id(self)

    def value_of(self, name: str) -> list[str]:
        """その名の欄にあるもの。"""
        return [value for control in self.controls if control.name == name for value in control.values]

    def named(self, *names: str) -> list[Control]:
        return [control for control in self.controls if control.name in names]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._open.append(_Open(tag, attributes))
        if "id" in attributes:
            self.words.setdefault(attributes["id"], "")
        if attributes.get("role") == "alert":
            self.has_alert = True
        if tag == "a" and self._inside("role", "alert") and attributes.get("href", "").startswith("#"):
            self.summary_links.append(attributes["href"][1:])
        if tag in {"input", "select", "textarea"}:
            self._control(tag, attributes)
        if tag == "option" and "selected" in attributes:
            self.controls[-1].values.append(attributes.get("value", ""))
        if (
            (tag == "script" and "src" not in attributes)
            or "style" in attributes
            or any(name.startswith("on") for name in attributes)
        ):
            self.scripts.append(self.get_starttag_text() or "")
        if tag in VOID:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            if "id" in element.attributes:
                self.words[element.attributes["id"]] += data
        if not self._open:
            return
        if self._open[-1].tag == "title":
            self.title += data
        if self._open[-1].tag == "textarea":
            typed = self.controls[-1].values
            typed[:] = ["".join([*typed, data])]

    def close(self) -> None:
        super().close()
        for control in self.controls:
            control.values[:] = [value.removeprefix("\n") for value in control.values]

    def _inside(self, name: str, value: str) -> bool:
        return any(element.attributes.get(name) == value for element in self._open)

    def _control(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "text") if tag == "input" else tag
        is_off = kind in {"radio", "checkbox"} and "checked" not in attributes
        values = [] if tag != "input" or is_off else [attributes.get("value", "on" if kind == "checkbox" else "")]
        around = " ".join(element.attributes.get("aria-describedby", "") for element in self._open)
        self.controls.append(
            Control(
                name=attributes.get("name", ""),
                id=attributes.get("id", ""),
                values=values,
                described_by=set(around.split()),
                is_invalid=attributes.get("aria-invalid") == "true",
            )
        )


def plain(text: str) -> str:
    """改行の書き方をそろえたもの。"""
    return re.sub("\r\n|\r", "\n", text)
