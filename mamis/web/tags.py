"""絵と札の表。状態の名は `docs/glossary.md` のとおりで、色のほかに必ず形を持つ。"""

from typing import NamedTuple

# 20 × 20 の線画。いつも言葉のそばに置き、単独では使わない。
ICONS = {
    "clock": '<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>',
    "half": '<circle cx="10" cy="10" r="6.5"/><path class="solid" d="M10 3.5a6.5 6.5 0 0 1 0 13z"/>',
    "circle": '<circle cx="10" cy="10" r="6.5"/>',
    "back": '<path d="M8 4 4 8l4 4M4 8h7.5a4.5 4.5 0 0 1 0 9H7"/>',
    "tick": '<path d="m4 10.5 4 4 8-9"/>',
    "cross": '<path d="m5 5 10 10M15 5 5 15"/>',
    "bars": '<path d="M7 4.5v11M13 4.5v11"/>',
    "dash": '<path d="M4.5 10h11"/>',
    "pencil": '<path d="m4 16 1-4 8-8 3 3-8 8z"/>',
    "warning": '<path d="M10 2.5 18.5 17h-17z"/><path d="M10 8v4.5M10 14.6v.2"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.2"/>',
    "arrow": '<path d="M3.5 10h13M11 4.5l5.5 5.5-5.5 5.5"/>',
    "forward": '<path d="m12 4 4 4-4 4M16 8H8.5a4.5 4.5 0 0 0 0 9H13"/>',
}


class Tag(NamedTuple):
    """札の見え方：mamis.css の .tag- の名と、形。"""

    look: str
    icon: str


# fmt: off
TAGS = {
    "下書き":     Tag("draft", "pencil"),
    "代行入力":   Tag("draft", "pencil"),
    "申請中":     Tag("waiting", "clock"),
    "承認待ち":   Tag("waiting", "half"),
    "確認待ち":   Tag("waiting", "half"),
    "送信待ち":   Tag("waiting", "clock"),
    "返事待ち":   Tag("waiting", "clock"),
    "差し戻し":   Tag("returned", "back"),
    "未設定":     Tag("returned", "warning"),
    "不達":       Tag("returned", "warning"),
    "保留":       Tag("hold", "bars"),
    "再送待ち":   Tag("hold", "bars"),
    "承認":       Tag("approved", "tick"),
    "承認済":     Tag("approved", "tick"),
    "確認済":     Tag("approved", "tick"),
    "みなし確認": Tag("approved", "tick"),
    "有効":       Tag("approved", "tick"),
    "送信済":     Tag("approved", "tick"),
    "却下":       Tag("rejected", "cross"),
    "使えません": Tag("rejected", "cross"),
    "取消":       Tag("rejected", "cross"),
    "辞退":       Tag("returned", "back"),
    "失効":       Tag("later", "dash"),
    "期限切れ":   Tag("later", "dash"),
    "取下げ":     Tag("later", "dash"),
    "対象外":     Tag("later", "dash"),
    "未着":       Tag("later", "circle"),
    "未送信（宛先未設定）": Tag("returned", "warning"),
    "完了":       Tag("done", "tick"),
    "列の確認待ち": Tag("waiting", "half"),
    "確かめ中":   Tag("waiting", "clock"),
    "取り込み待ち": Tag("waiting", "half"),
    "取り込み中": Tag("waiting", "clock"),
    "取り込み済": Tag("approved", "tick"),
    "取り消し中": Tag("waiting", "clock"),
    "取り消し済": Tag("later", "dash"),
    "中止":       Tag("later", "dash"),
    "新しい行":   Tag("approved", "tick"),
    "変わる行":   Tag("hold", "pencil"),
    "変わらない行": Tag("later", "circle"),
    "取り込めない行": Tag("returned", "warning"),
    "開設":       Tag("approved", "tick"),
    "休止":       Tag("hold", "bars"),
    "廃止":       Tag("later", "dash"),
}
# fmt: on

PLAIN = Tag("later", "circle")
