"""架空の施設の一覧。数を決めれば、いつも同じものになる。"""

from collections.abc import Iterator
from dataclasses import dataclass

# 町の名と、その読み。どれも架空である。
TOWNS = (
    ("みどり市", "ミドリ"), ("あおば町", "アオバ"), ("さくら市", "サクラ"), ("架空町", "カクウ"), ("若葉市", "ワカバ"),
    ("紅葉市", "モミジ"), ("白雪町", "シラユキ"), ("春風市", "ハルカゼ"), ("夕凪町", "ユウナギ"), ("星見市", "ホシミ"),
    ("月夜町", "ツキヨ"), ("虹橋市", "ニジバシ"), ("木洩村", "コモレ"),
)  # fmt: skip
NAMES = (
    ("髙橋", "タカハシ"), ("山﨑", "ヤマザキ"), ("𠮷田", "ヨシダ"), ("渡邉", "ワタナベ"), ("濵田", "ハマダ"),
    ("斎藤", "サイトウ"), ("佐々木", "ササキ"), ("長谷部", "ハセベ"), ("中央", "チュウオウ"), ("駅前", "エキマエ"),
    ("緑ヶ丘", "ミドリガオカ"), ("ひまわり", "ヒマワリ"), ("ふたば", "フタバ"), ("希望", "キボウ"), ("記念", "キネン"),
    ("第一", "ダイイチ"), ("東", "ヒガシ"),
)  # fmt: skip
# 種別、名の終わり、その読み。診療所がいちばん多い。
KINDS = (
    ("診療所", "医院", "イイン"), ("診療所", "クリニック", "クリニック"), ("診療所", "内科", "ナイカ"),
    ("診療所", "整形外科", "セイケイゲカ"), ("診療所", "小児科医院", "ショウニカイイン"), ("診療所", "眼科", "ガンカ"),
    ("病院", "病院", "ビョウイン"), ("介護老人保健施設", "苑", "エン"),
    ("健診施設", "健診センター", "ケンシンセンター"),
)  # fmt: skip
HEADS = ("施設名", "フリガナ", "種別", "医療機関コード", "都道府県", "所在地", "電話", "開設者", "開設した日")


@dataclass(frozen=True)
class Listed:
    """一覧の一行。"""

    name: str
    kana: str
    kind: str
    code: str
    prefecture: str
    address: str
    telephone: str
    opener: str
    opened_on: str

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(vars(self).values())


def facilities(number: int, *, prefecture_code: str, prefecture: str) -> Iterator[Listed]:
    """その都道府県の、その数の架空の施設。"""
    for at in range(number):
        town, town_kana = TOWNS[at % len(TOWNS)]
        name, name_kana = NAMES[at % len(NAMES)]
        kind, end, end_kana = KINDS[at % len(KINDS)]
        # 三つの表の長さは互いに素なので、組はみな違う。一巡したら、番号を添える。
        turn = at // (len(TOWNS) * len(NAMES) * len(KINDS))
        branch = f"第{turn + 1}" if turn else ""
        place = town.rstrip("市町村")
        yield Listed(
            name=f"{place}{name}{branch}{end}",
            kana=f"{town_kana}{name_kana}{end_kana}",
            kind=kind,
            code=f"{prefecture_code}{at:08}",
            prefecture=prefecture,
            address=f"{town}{name}{at % 9 + 1}-{at % 30 + 1}-{at % 50 + 1}",
            telephone=f"045-{at // 10000:03}-{at % 10000:04}",
            opener=f"{name} 一郎",
            opened_on=f"{1970 + at % 50}-04-01",
        )
