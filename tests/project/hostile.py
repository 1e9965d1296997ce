"""何かを打って送り、約束と違うことを並べる。試験は test_hostile_ で始まるファイルに、いくつかに分けてある。"""

from typing import Any

from tests.project.boxes import Box, Stage, page_of, rows_moved, send, typed_in, undone
from tests.project.fields import ANYTHING, REFUSED, Field, shown
from tests.project.reader import Page, plain

# ほかの値と同じ道を通るもの。
LIKE_OTHERS = {"spaces", "control", "many digits", "full width", "emoji", "quote", "formula", "number"}


def surprises_of(stage: Stage, box: Box) -> list[Any]:
    """どの欄にも、打たれうるものを一つずつ打ってみて、約束と違ったこと。"""
    valid = typed_in(stage, box)

    surprises, met = [], []
    for name, described in box.fields.items():
        # 同じ約束の欄が続けば、二つめからは要るものだけを試す。
        is_alike, met = described.is_like(met), [*met, described]
        for label, parts, expected in described.cases():
            if is_alike and label in LIKE_OTHERS:
                continue
            typed = valid | {name + part: value for part, value in parts.items()}
            found = judge(stage, box, name, described, label, typed, expected)
            surprises += [(name, label, *one) for one in found]
    return surprises


def judge(
    stage: Stage, box: Box, name: str, described: Field, label: str, typed: dict[str, bytes], expected: Any
) -> list[tuple[str, Any]]:
    """送ってみて、約束と違うことを並べる。"""
    with undone():
        before = rows_moved()
        response = send(stage, box, typed)
        moved = rows_moved() - before
        accepted = response.status_code == 302 if box.method == "POST" else response.status_code == 200
        page = page_of(response)
        if box.method == "GET":
            accepted = accepted and not page.title.startswith("エラー")
        stored = box.stored(stage) if accepted and box.stored else {}
    if response.status_code >= 500:
        return [("status", response.status_code)]
    if page.scripts:
        return [("script", page.scripts)]
    if accepted:
        return [] if expected is ANYTHING else wrongly_taken(box, name, typed, stored, expected)
    if expected not in (REFUSED, ANYTHING) and not (box.is_draft and label == "many spaces"):
        return [("refused", page.title)]
    return wrongly_refused(box, name, described, label, typed, response.status_code, page, moved)


def wrongly_taken(box: Box, name: str, typed: dict[str, bytes], stored: dict[str, Any], expected: Any) -> list[Any]:
    if expected is REFUSED:
        return [("taken", stored.get(name))]
    if box.stored is None or (name not in stored and box.is_draft):
        return []
    wanted = shown(typed[name]) if box.is_draft and name in typed else expected
    return [] if (box.is_draft and name not in typed) or stored[name] == wanted else [("stored", stored[name])]


def wrongly_refused(
    box: Box, name: str, described: Field, label: str, typed: dict[str, bytes], status: int, page: Page, moved: int
) -> list[Any]:
    found: list[Any] = []
    if status not in {200, 400, 409, 422}:
        found.append(("status", status))
    if moved:
        found.append(("wrote", moved))
    if not page.title.startswith("エラー："):
        found.append(("title", page.title))
    if not page.has_alert:
        found.append(("summary", "none"))
    hidden = {one for one, other in box.fields.items() if other.is_secret}
    found += [
        ("lost", key) for key in lost(page, typed, skip=hidden | ({name} if name in chosen_names(box) else set()))
    ]
    if hidden and any(page.value_of(one) not in ([], [""]) for one in hidden):
        found.append(("showed the password", name))
    if described.is_free or label in described.together:
        return found
    places = described.told_at or (name,)
    controls = page.named(*(place + part for place in places for part in described.parts))
    pointed = [control for control in controls if control.id in page.summary_links]
    within = [one for one in page.summary_links if any(control.id.startswith(one) for control in controls)]
    if not pointed and not within:
        found.append(("summary link", page.summary_links))
    words = [page.words.get(one, "") for control in controls for one in control.described_by if one.endswith("_error")]
    if not any("エラー：" in one for one in words):
        found.append(("message", words))
    return found


def lost(page: Page, typed: dict[str, bytes], skip: set[str]) -> list[str]:
    """打たれたのに、頁に残っていない欄。"""
    buttons = {"next", "later", "search", "confirmed", "seen"}
    return [
        name
        for name, value in typed.items()
        if name not in skip | buttons and plain(shown(value)) not in [plain(one) for one in page.value_of(name)]
    ]


def chosen_names(box: Box) -> set[str]:
    """一覧から選ぶ欄。一覧にない値は、残しようがない。"""
    return {name for name, one in box.fields.items() if one.also.get("bad") == "0 OR 1=1"}
