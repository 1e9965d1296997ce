"""取り込む列の表。見出し、ほかの見出し、読み方、書き方の例が、ここにすべてある。

列を足すときは、表に一行足す。見本のファイルも、列を選ぶ画面も、この表から作る。
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mamis.associations.rules import Tier
from mamis.doctors.rules import FACILITY_KIND_LABELS, REGISTER_LABELS, SEX_LABELS
from mamis.japanese.calendar import parse_day
from mamis.japanese.folding import clean_line, digits, fold, fold_identifier, to_half_width_ascii, to_katakana
from mamis.japanese.phones import phone
from mamis.japanese.postcodes import postcode
from mamis.mail.rules import is_deliverable
from mamis.members.rules import Kind
from mamis.tabular.reading import CellRefused, Intake
from mamis.training.rules import KIND_LABELS as CREDIT_LABELS
from mamis.training.rules import read_codes, read_units

# 読み方

LOST_LETTER = "字が「?」や「〓」になっています。"
LOST_LETTER_FIX = "外字などです。正しい字を打ち、「CSV UTF-8」か Excel（.xlsx）で保存し直してください。"
DAY_FIX = "「2014年4月1日」「平成26年4月1日」「2014-04-01」「H26.4.1」のどれかで書いてください。"
NAME_FIX = "姓と名のあいだに空白を入れるか、「姓」「名」の列を分けてください。"
LARGEST_HALF_UNITS = 200


def text(longest: int) -> Callable[[str], str]:
    """一行の文。"""

    def read(typed: str) -> str:
        line = clean_line(typed)
        if len(line) > longest:
            raise CellRefused(f"{longest} 文字までです（いまは {len(line)} 文字です）。", "短くしてください。")
        return line

    return read


def lettered(longest: int) -> Callable[[str], str]:
    """氏名などの字。失われた字があれば断る。"""
    plain = text(longest)

    def read(typed: str) -> str:
        line = plain(typed)
        if re.search("[?？〓]", line):
            raise CellRefused(LOST_LETTER, LOST_LETTER_FIX)
        return line

    return read


def kana(longest: int) -> Callable[[str], str]:
    """フリガナ。"""
    plain = text(longest)
    return lambda typed: plain(to_katakana(typed))


def two_parts(read: Callable[[str], str]) -> Callable[[str], tuple[str, str]]:
    """空白で分けた姓と名。"""

    def split(typed: str) -> tuple[str, str]:
        parts = read(typed).split(maxsplit=1)
        if len(parts) != 2:
            raise CellRefused("姓と名が分かれていません。", NAME_FIX)
        return parts[0], re.sub(r"\s+", " ", parts[1])

    return split


def day(typed: str) -> date:
    """日付。時刻が付いていれば落とす。"""
    return parse_day(re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?$", "", typed.strip()))


def licence_number(typed: str) -> str:
    """医籍登録番号。六桁に満たなければ、表計算ソフトが落とした零を補う。"""
    number = fold_identifier(typed)
    if not re.fullmatch("[0-9]{1,6}", number):
        raise CellRefused("医籍登録番号は 6 桁までの数字です。", "数字だけを書いてください（例：351874）。")
    return number.zfill(6)


def member_no(typed: str) -> str:
    number = digits(typed)
    if len(number) != 10:
        raise CellRefused("会員IDは 10 桁の数字です。", "日本医師会雑誌の封筒にある 10 桁を書いてください。")
    return number


def facility_code(typed: str) -> str:
    """医療機関コード。十桁に満たなければ、表計算ソフトが落とした頭の零を補う。"""
    code = digits(typed)
    if not 9 <= len(code) <= 10:
        raise CellRefused("医療機関コードは 10 桁の数字です。", "都道府県番号から始まる 10 桁を書いてください。")
    return code.zfill(10)


def mail_address(typed: str) -> str:
    address = to_half_width_ascii(typed)
    if not is_deliverable(address):
        raise CellRefused("メールアドレスの形ではありません。", "一件だけ、半角で書いてください。")
    return address


def chosen(choices: dict[Any, str], **other_words: str) -> Callable[[str], str]:
    """決まった言葉のどれか。"""
    words = {fold(label): str(choice.value) for choice, label in choices.items()}
    words |= {fold(word): value for value, listed in other_words.items() for word in listed.split()}

    def read(typed: str) -> str:
        found = words.get(fold(typed))
        if found is None:
            raise CellRefused(
                "この列の言葉ではありません。", f"「{'」「'.join(choices.values())}」のどれかにしてください。"
            )
        return found

    return read


def half_units(typed: str) -> int:
    found = read_units(to_half_width_ascii(typed))
    if found is None or not 0 < found <= LARGEST_HALF_UNITS:
        raise CellRefused("単位は 0.5 から 100 までの、0.5 きざみの数です。", "例：1.5")
    return found


def codes(typed: str) -> tuple[str, ...]:
    found = read_codes(typed)
    if found is None:
        raise CellRefused(
            "カリキュラムコードは 0 から 83 までの番号です。", "「1, 15」のように「,」で区切ってください。"
        )
    return found


# 列

NUMBER = Intake(
    "number",
    "医籍登録番号",
    licence_number,
    ("医籍番号", "医籍登録番号（6桁）", "登録番号", "医籍", "医師免許番号", "免許番号"),
    example="351874",
)
NAME = Intake("name", "氏名", two_parts(lettered(120)), ("会員氏名", "会員名", "医師名", "名前", "漢字氏名"), NAME_FIX)
FAMILY = Intake("family_name", "姓", lettered(60), ("氏名（姓）", "会員氏名姓", "漢字姓", "苗字"), example="見本")
GIVEN = Intake("given_name", "名", lettered(60), ("氏名（名）", "会員氏名名", "漢字名"), example="太郎")
KANA = Intake(
    "kana",
    "フリガナ",
    two_parts(kana(120)),
    ("氏名カナ", "氏名フリガナ", "カナ氏名", "氏名（カナ）", "氏名（フリガナ）", "会員名カナ", "カナ"),
    NAME_FIX,
)
FAMILY_KANA = Intake(
    "family_kana", "セイ", kana(60), ("姓カナ", "姓フリガナ", "姓（カナ）", "カナ姓"), example="ミホン"
)
GIVEN_KANA = Intake("given_kana", "メイ", kana(60), ("名カナ", "名フリガナ", "名（カナ）", "カナ名"), example="タロウ")
BIRTH = Intake(
    "birth_on", "生年月日", day, ("誕生日", "生年月日（西暦）", "生年月日（和暦）"), DAY_FIX, "昭和53年8月21日"
)

PERSON = (
    NUMBER,
    Intake("registered_on", "医籍登録年月日", day, ("医籍登録日", "登録年月日", "免許取得日"), DAY_FIX, "2005-05-10"),
    Intake("register", "医籍の国", chosen(REGISTER_LABELS, japanese="日本国", foreign="国外")),
    NAME,
    FAMILY,
    GIVEN,
    KANA,
    FAMILY_KANA,
    GIVEN_KANA,
    BIRTH,
    Intake("sex", "性別", chosen(SEX_LABELS, male="男性 m 1", female="女性 f 2"), example="男"),
    Intake("member_no", "会員ID", member_no, ("日医会員ID", "日本医師会会員ID")),
    Intake("contact_address", "メールアドレス", mail_address, ("登録メールアドレス", "Eメール", "E-mail", "mail")),
    Intake("telephone", "電話", phone, ("電話番号", "自宅電話", "自宅電話番号", "TEL")),
    Intake("postcode", "自宅の郵便番号", postcode, ("郵便番号", "自宅郵便番号", "〒"), example="220-0011"),
    Intake("address", "自宅の住所", text(200), ("住所", "自宅住所")),
    Intake(
        "facility", "所属施設", lettered(120), ("勤務先", "施設名", "医療機関名", "所属医療機関"), example="見本医院"
    ),
    Intake("facility_address", "施設の所在地", text(200), ("勤務先住所", "施設住所", "医療機関所在地")),
    Intake("works_from_on", "勤務開始日", day, ("就業開始日", "勤務開始年月日"), DAY_FIX),
)
SEAT = (
    Intake("joined_on", "入会日", day, ("入会年月日", "入会"), DAY_FIX, "平成26年4月1日"),
    Intake("category", "会員区分", text(60), ("区分", "会員種別", "種別"), example="A"),
    Intake("category_from_on", "会員区分の始まり", day, ("区分変更日", "会員区分変更日"), DAY_FIX),
    Intake("left_on", "退会日", day, ("退会年月日", "退会"), DAY_FIX),
)
DISTRICT_SEAT = (
    Intake("district", "郡市区等医師会", text(100), ("郡市医師会", "郡市区医師会", "所属郡市区等医師会", "地区医師会")),
    Intake("district_category", "郡市区等の会員区分", text(60), ("郡市区等会員区分", "郡市会員区分")),
    Intake("district_joined_on", "郡市区等の入会日", day, ("郡市区等入会日", "郡市入会日"), DAY_FIX),
)
PREFECTURE_SEAT = (
    Intake("prefecture", "都道府県医師会", text(100), ("所属都道府県医師会", "県医師会", "都道府県")),
    Intake("prefecture_category", "都道府県の会員区分", text(60), ("都道府県会員区分", "県会員区分")),
    Intake("prefecture_joined_on", "都道府県の入会日", day, ("都道府県入会日", "県入会日"), DAY_FIX),
)


CREDITS = (
    NUMBER,
    Intake("kana", "フリガナ", kana(120), (*KANA.aliases, "氏名ｶﾅ"), example="ミホン タロウ"),
    BIRTH,
    Intake("kind", "種別", chosen(CREDIT_LABELS, knowledge="知識 講習 講習会", field="経験 実地研修"), example="座学"),
    Intake("title", "内容", lettered(100), ("研修名", "講習会名", "講習名", "研修会名", "題名"), example="学術講演会"),
    Intake("earned_on", "取得した日", day, ("取得日", "受講日", "開催日", "研修日"), DAY_FIX, "令和6年5月12日"),
    Intake("half_units", "単位", half_units, ("単位数", "取得単位", "取得単位数"), example="1.5"),
    Intake("codes", "カリキュラムコード", codes, ("CC", "コード", "カリキュラムコード（CC）"), example="1, 15"),
    Intake("ground", "根拠", text(100), ("備考", "証拠", "資料"), example="受講者名簿"),
)


COMPLETIONS = (
    NUMBER,
    Intake("kana", "フリガナ", kana(120), (*KANA.aliases, "氏名ｶﾅ"), example="ミホン タロウ"),
    BIRTH,
    Intake(
        "completed_on",
        "修了日（承認日）",
        day,
        ("修了日", "承認日", "修了年月日", "承認年月日", "修了承認日", "修了認定日"),
        DAY_FIX,
        "令和7年6月12日",
    ),
    Intake("expires_on", "有効期限", day, ("有効期限日", "期限", "修了証の有効期限", "有効期間満了日"), DAY_FIX),
    Intake("certificate_no", "修了証番号", lettered(30), ("修了番号", "証番号", "修了証の番号"), example="第12号"),
    Intake("ground", "根拠", text(100), ("備考", "証拠", "資料"), example="承認の決裁簿"),
)


FACILITIES = (
    Intake("name", "施設名", lettered(120), ("医療機関名", "医療機関名称", "名称", "病院名"), example="見本医院"),
    Intake("kana", "フリガナ", kana(200), ("施設名カナ", "医療機関名カナ", "カナ"), example="ミホンイイン"),
    Intake(
        "kind", "種別", chosen(FACILITY_KIND_LABELS, clinic="医院 クリニック 無床診療所 有床診療所"), example="診療所"
    ),
    Intake(
        "code", "医療機関コード", facility_code, ("保険医療機関コード", "医療機関番号", "コード"), example="1410012345"
    ),
    Intake("prefecture", "都道府県", text(10), ("都道府県名",), example="神奈川県"),
    Intake("address", "所在地", text(200), ("住所", "医療機関所在地"), example="横浜市中区山下町1-1"),
    Intake("telephone", "電話", phone, ("電話番号", "TEL"), example="045-000-0120"),
    Intake("opener_name", "開設者", text(120), ("開設者名", "開設者氏名")),
    Intake("manager_name", "管理者", text(120), ("管理者名", "管理者氏名")),
    Intake("opened_on", "開設した日", day, ("開設日", "開設年月日", "指定年月日"), DAY_FIX, "平成10年4月1日"),
    Intake("suspended_on", "休止した日", day, ("休止日", "休止年月日"), DAY_FIX),
    Intake("closed_on", "廃止した日", day, ("廃止日", "廃止年月日"), DAY_FIX),
)


RESIDENTS = (
    NUMBER,
    Intake("registered_on", "医籍登録年月日", day, ("医籍登録日", "登録年月日", "免許取得日"), DAY_FIX, "2027-03-25"),
    NAME,
    FAMILY,
    GIVEN,
    KANA,
    FAMILY_KANA,
    GIVEN_KANA,
    BIRTH,
    Intake("sex", "性別", chosen(SEX_LABELS, male="男性 m 1", female="女性 f 2"), example="男"),
    Intake(
        "mail_address",
        "メールアドレス",
        mail_address,
        ("Eメール", "E-mail", "mail", "連絡先メールアドレス"),
        example="mihon@example.jp",
    ),
    Intake(
        "facility",
        "所属施設",
        lettered(120),
        ("施設", "施設名", "病院名", "研修病院", "臨床研修病院", "勤務先", "医療機関名", "医療機関コード"),
        example="見本病院",
    ),
    Intake("joined_on", "入会日", day, ("入会年月日", "入会", "採用日"), DAY_FIX, "令和9年4月1日"),
    Intake("category", "会員区分", text(60), ("区分", "郡市区等の会員区分", "郡市会員区分"), example="C"),
    Intake("prefecture_category", "都道府県の会員区分", text(60), ("都道府県会員区分", "県会員区分"), example="C"),
    Intake("national_category", "日本医師会の会員区分", text(60), ("日医の会員区分", "日医会員区分"), example="C"),
)


@dataclass(frozen=True)
class Need:
    """なくてはならない列。どれか一組がそろえばよい。"""

    label: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def demand(self) -> str:
        """列のそばに書くこと。"""
        return "要る列" if len(self.groups) == 1 else "まとめた列か、分けた列の、どちらか"

    def is_met(self, chosen: Sequence[str]) -> bool:
        return any(set(group) <= set(chosen) for group in self.groups)


def one(column: Intake) -> Need:
    return Need(column.label, ((column.name,),))


KANA_NEED = Need("フリガナ（または「セイ」と「メイ」）", (("kana",), ("family_kana", "given_kana")))
NAME_NEED = Need("氏名（または「姓」と「名」）", (("name",), ("family_name", "given_name")))
MEMBER_NEEDS = (
    one(NUMBER),
    NAME_NEED,
    KANA_NEED,
    one(BIRTH),
    Need("入会日", (("joined_on",),)),
    Need("会員区分", (("category",),)),
)


CREDIT_NEEDS = tuple(
    one(column) for column in CREDITS if column.name in {"number", "kana", "title", "earned_on", "half_units"}
)

COMPLETION_NEEDS = tuple(
    one(column) for column in COMPLETIONS if column.name in {"number", "kana", "birth_on", "completed_on", "ground"}
)


FACILITY_NEEDS = (one(FACILITIES[0]),)

RESIDENT_NEEDS = (
    one(NUMBER),
    NAME_NEED,
    KANA_NEED,
    *(
        one(column)
        for column in RESIDENTS
        if column.name in {"birth_on", "mail_address", "facility", "joined_on", "category"}
    ),
)


_SAME_FOR_ALL = {
    Kind.CREDITS: CREDITS,
    Kind.COMPLETIONS: COMPLETIONS,
    Kind.FACILITIES: FACILITIES,
    Kind.RESIDENTS: RESIDENTS,
}


def columns_of(kind: Kind, tier: Tier) -> tuple[Intake, ...]:
    """その層の医師会が、その種類で取り込む列。上の層は、下の層の在籍も書ける。"""
    if kind in _SAME_FOR_ALL:
        return _SAME_FOR_ALL[kind]
    match tier:
        case Tier.DISTRICT:
            below: tuple[Intake, ...] = ()
        case Tier.PREFECTURE:
            below = DISTRICT_SEAT
        case Tier.NATIONAL:
            below = (*DISTRICT_SEAT, *PREFECTURE_SEAT)
    return (*PERSON, *SEAT, *below)


def needs_of(kind: Kind) -> tuple[Need, ...]:
    """その種類で、なくてはならない列。"""
    return {
        Kind.MEMBERS: MEMBER_NEEDS,
        Kind.CREDITS: CREDIT_NEEDS,
        Kind.COMPLETIONS: COMPLETION_NEEDS,
        Kind.FACILITIES: FACILITY_NEEDS,
        Kind.RESIDENTS: RESIDENT_NEEDS,
    }[kind]
