"""数を絵にする計算。描くのはテンプレート（components/）で、幅は百分率、高さは画素である。"""

from datetime import date
from typing import Any

BASELINE, TALLEST = 190, 150
# 一枚ずつ区切って描く半単位の数の限り（30 単位）。
COUNTABLE = 60


def units(half_units: int) -> str:
    """半単位の数を単位で書く：15 → 7.5、16 → 8。"""
    whole, half = divmod(abs(half_units), 2)
    return f"{'−' if half_units < 0 else ''}{whole}{'.5' if half else ''}"


def units_bar(knowledge: int, field: int, required: int) -> dict[str, Any]:
    """座学、実地、足りない単位の順に並べた帯。数えられるほどなら半単位ごとに区切り、多ければ種別ごとの一枚にする。"""
    have = knowledge + field
    missing = max(required - have, 0)
    total = max(required, have)
    amounts = [("a", knowledge), ("b", field), ("none", missing)]
    key = [
        {"look": "a", "label": "座学", "value": units(knowledge)},
        {"look": "b", "label": "実地", "value": units(field)},
    ]
    if missing:
        key.append({"look": "none", "label": "あと", "value": units(missing)})
    return {
        "bars": _pieces(amounts, total) if total <= COUNTABLE else _blocks(amounts, total),
        "marks": _marks(required, total),
        "key": key,
        "sentence": _units_sentence(knowledge, field, required),
    }


def _pieces(amounts: list[tuple[str, int]], total: int) -> list[dict[str, str]]:
    """半単位を一枚ずつ。1 単位（二枚）ごとに広めの隙間を置いて、数えられるようにする。"""
    looks = [look for look, amount in amounts for _ in range(amount)]
    narrow, wide = 0.2, 0.8
    width = (100 - narrow * (total // 2) - wide * ((total - 1) // 2)) / total if total else 0
    bars, x = [], 0.0
    for position, look in enumerate(looks):
        bars.append({"look": look, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width + (narrow if position % 2 == 0 else wide)
    return bars


def _blocks(amounts: list[tuple[str, int]], total: int) -> list[dict[str, str]]:
    """種別ごとに一枚。"""
    bars, x = [], 0.0
    for look, amount in amounts:
        share = 100 * amount / total
        if amount:
            bars.append({"look": look, "x": f"{x:.2f}", "width": f"{share - 0.4:.2f}"})
        x += share
    return bars


def _marks(required: int, total: int) -> list[dict[str, Any]]:
    place = 100 * required / total if total else 100
    marks = [{"x": "0", "text": "0", "anchor": "", "strong": False}]
    if place > 30:
        marks.append({"x": f"{place / 2:.2f}", "text": units(required // 2), "anchor": "middle", "strong": False})
    goal = {
        "x": f"{place:.2f}",
        "text": f"{units(required)} 単位",
        "anchor": "end" if place > 8 else "",
        "strong": True,
    }
    return [*marks, goal] if place > 8 else [goal]


def _units_sentence(knowledge: int, field: int, required: int) -> str:
    missing = required - knowledge - field
    end = f"あと {units(missing)} 単位です。" if missing > 0 else "足りています。"
    return (
        f"必要な {units(required)} 単位のうち、座学 {units(knowledge)} 単位と実地 {units(field)} 単位、"
        f"合わせて {units(knowledge + field)} 単位があります。{end}"
    )


def month_bars(months: list[tuple[date, int]], caption: str, today: date) -> dict[str, Any]:
    """月ごとの件数の棒。最後の月は途中なので、枠だけの棒にする。"""
    most = max((count for _, count in months), default=0)
    step = 100 / max(len(months), 1)
    bars = []
    for position, (month, count) in enumerate(months):
        height = TALLEST * count / most if most else 0
        last = position == len(months) - 1
        bars.append(
            {
                "look": "part" if last else "a",
                "x": f"{position * step + (step - 5.5) / 2:.2f}",
                "y": f"{BASELINE - height:.1f}",
                "height": f"{height:.1f}",
                "middle": f"{position * step + step / 2:.2f}",
                "text_y": f"{BASELINE - height - 8:.1f}",
                "count": count,
                "year": month.year,
                "month": month.month,
                "strong": last or (count == most and count > 0),
            }
        )
    since = f"{months[0][0].year}年{months[0][0].month}月" if months else ""
    return {"bars": bars, "since": since, "most": most, "sentence": _month_sentence(months, caption, today)}


def _month_sentence(months: list[tuple[date, int]], caption: str, today: date) -> str:
    if not months:
        return f"{caption}。まだありません。"
    (first, _), (last, count) = months[0], months[-1]
    period = f"{first.year}年{first.month}月から{last.year}年{last.month}月まで。"
    top_month, most = max(months, key=lambda pair: pair[1])
    if not most:
        return f"{caption}。{period}1 件もありません。"
    now = f"{last.month}月は {today.day} 日までで {count} 件です。"
    return f"{caption}。{period}{top_month.year}年{top_month.month}月が {most} 件で最も多く、{now}"
