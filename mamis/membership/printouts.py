"""届出の用紙：いま登録されていることと、書きかけの答えを刷り、残りは手で書いていただく一枚の紙（ADR 0072）。"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from mamis.associations.models import Association, JoinItem
from mamis.associations.queries import items_asked_by
from mamis.associations.rules import DUTY_LABELS, Duty, ItemKind, Procedure
from mamis.documents import pdf, qr
from mamis.japanese.calendar import formal_date, long_date
from mamis.membership import queries
from mamis.membership.forms.mypage import DETAILS
from mamis.membership.models import MembershipCategory, Printout
from mamis.membership.moving import Moving
from mamis.membership.rules import (
    CATEGORY_CAUSES,
    CAUSE_LABELS,
    LEAVE_CAUSES,
    REASON_LABELS,
    TRANSFER_CAUSES,
    Cause,
)

TEMPLATE = Path(__file__).with_name("printout.typ")
BLANK_DAY = "令和　　　　年　　　　月　　　　日"
NOTHING = "（登録がありません）"


@dataclass(frozen=True)
class Tick:
    """□ の一つ。書きかけで選んであれば、印を入れて刷る。"""

    words: str
    is_ticked: bool = False


@dataclass(frozen=True)
class Line:
    """手で書く一行。書きかけに書いてあれば、その字を刷る。`rows` は行の高さ。"""

    label: str
    words: str = ""
    rows: int = 1


@dataclass(frozen=True)
class Part:
    """紙の一つのまとまり：題、添え書き、□、書く行。"""

    title: str
    hint: str = ""
    ticks: Sequence[Tick] = ()
    columns: int = 3
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class FormFacts:
    """用紙に刷ることのすべて。書くことの少ない用紙は、行の間をあける（`is_roomy`）。"""

    title: str
    issuer: str
    place: str
    telephone: str
    number: str
    address: str
    printed_on: date
    name: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    signs: Sequence[Line]
    is_roomy: bool = False


def form_words(facts: FormFacts) -> dict[str, object]:
    """型紙に渡す言葉。"""
    return asdict(facts) | {
        "address": facts.address.partition("://")[2],
        "qr": qr.svg(facts.address),
        "printed_on": formal_date(facts.printed_on),
    }


def form_pdf(facts: FormFacts) -> bytes:
    """用紙の PDF。"""
    return pdf.draw(TEMPLATE, form_words(facts))


def form_of(moving: Moving, printout: Printout, association: Association, *, address: str) -> FormFacts:
    """その用紙に刷ること。`moving` は、刷ったときの答えを持つ届出。"""
    kind = Procedure(printout.kind)
    return FormFacts(
        title=moving.title,
        issuer=association.name,
        place=" ".join(filter(None, (association.postcode and f"〒{association.postcode}", association.address))),
        telephone=association.telephone,
        number=printout.number_words,
        address=address,
        printed_on=moving.today,
        name=moving.doctor.name,
        facts=_facts(moving),
        parts=PARTS[kind](moving, association),
        signs=(Line("届出日", BLANK_DAY), Line("署名")),
        is_roomy=kind != Procedure.TRANSFER,
    )


def _facts(moving: Moving) -> list[tuple[str, str]]:
    """いま登録されていること。在籍は、その医師会に見えるものだけ。書きかけで直した連絡先は、直したあとのもの。"""
    doctor, work = moving.doctor, moving.work
    contact = queries.facts_of(doctor, DETAILS) | moving.facts
    home = next((one.name for one in moving.prefectures if one.code == contact["home_prefecture_id"]), "")
    address = f"{home}{contact['address'].removeprefix(home)}"
    postcode = f"〒{contact['postcode']} " if contact["postcode"] else ""
    seats = [seat for seat in moving.held if seat.membership.association_id in moving.ours]
    return [
        ("氏名", doctor.name),
        ("フリガナ", doctor.kana),
        ("医籍登録番号", moving.licence_number),
        ("生年月日", formal_date(doctor.birth_on) if doctor.birth_on else NOTHING),
        ("自宅の住所", f"{postcode}{address}" if address else NOTHING),
        ("電話", contact["telephone"] or NOTHING),
        ("所属施設", f"{work.place_name}（{work.place.prefecture.name}）" if work else NOTHING),
        ("施設業務", DUTY_LABELS[Duty(work.duty)] if work and work.duty else NOTHING),
        ("所属医師会と会員区分", "\n".join(map(_seat, seats)) or NOTHING),
    ]


def _seat(seat: MembershipCategory) -> str:
    return f"{seat.membership.association.name}（{seat.category.label}）"


def _joining(moving: Moving, association: Association) -> list[Part]:
    return [
        _destinations(moving, "入会する医師会"),
        Part("入会を希望する日", lines=[_day(moving)]),
        _work(moving, "勤める施設", "上の「所属施設」と変わらないときは、書かなくてかまいません。"),
        *_asked(moving.items or items_asked_by(pk for pk in association.line if pk not in moving.before)),
        _note(moving),
    ]


def _moving(moving: Moving, association: Association) -> list[Part]:
    chosen = set(moving.reasons)
    leaving = {name for name in moving.leaving_names.split("、") if name}
    districts = [seat.membership.association.name for seat in moving.seats if seat.membership.association.is_district]
    return [
        Part(
            "異動事由",
            "あてはまるものすべてに印をつけてください。",
            [Tick(label, one in chosen) for one, label in REASON_LABELS.items()],
        ),
        Part("異動日（いつから変わりますか）", lines=[_day(moving)]),
        Part("変更事由・異動事由の項目", ticks=_causes((*CATEGORY_CAUSES, *TRANSFER_CAUSES), moving)),
        Part(
            "いまの医師会",
            "医師会を異動するときに、異動元に印をつけてください。",
            [Tick(f"{name}から異動する", name in leaving) for name in districts],
            columns=2,
        ),
        _destinations(moving, "異動先の医師会、または会員区分の変わる医師会"),
        _work(moving, "変わったあとの施設", "施設か施設業務が変わるときに書いてください。"),
        *_asked(moving.items),
        _note(moving),
    ]


def _leaving(moving: Moving, association: Association) -> list[Part]:
    return [
        Part("退会する医師会", "一つに印をつけてください。", [Tick(words) for words in moving.scope_words], columns=1),
        Part("退会する日", "この日から会員でなくなります。", lines=[Line("", BLANK_DAY)]),
        Part("退会の事由", ticks=[Tick(CAUSE_LABELS[one]) for one in LEAVE_CAUSES], columns=2),
        Part("退会のあとの連絡先", "変わらないときは、書かなくてかまいません。", lines=[Line("住所"), Line("電話")]),
        _note(moving),
    ]


PARTS = {Procedure.JOIN: _joining, Procedure.TRANSFER: _moving, Procedure.LEAVE: _leaving}


def _causes(causes: Iterable[Cause], moving: Moving) -> list[Tick]:
    """事由の □。二つの異動事由に同じものがあっても一つだけで、「その他」は終わりに置く。"""
    chosen = set(moving.cause_labels)
    listed = dict.fromkeys(one for one in causes if one != Cause.OTHER)
    return [Tick(CAUSE_LABELS[one], CAUSE_LABELS[one] in chosen) for one in (*listed, Cause.OTHER)]


def _day(moving: Moving) -> Line:
    return Line("", long_date(moving.effective_on) if moving.effective_on else BLANK_DAY)


def _destinations(moving: Moving, title: str) -> Part:
    """医師会と会員区分を書く行。書きかけで選んだものを刷り、三つまで書けるようにする。"""
    chosen = [
        f"{row.association.name}　{row.after.label}"
        for row in moving.changes
        if row.after is not None and not row.is_same
    ]
    lines = [Line("", words) for words in (*chosen, *[""] * (3 - len(chosen)))]
    return Part(title, "医師会の名と、会員区分を書いてください。", lines=lines)


def _work(moving: Moving, title: str, hint: str) -> Part:
    wanted = moving.work_wanted
    return Part(
        title,
        hint,
        lines=[
            Line("施設名", moving.work_name),
            Line("所在地"),
            Line("施設業務", moving.duty_label if wanted else ""),
        ],
    )


def _asked(items: Iterable[JoinItem]) -> list[Part]:
    """入会する医師会の尋ねること。添えるものは、一つのまとまりにする。"""
    files, questions = [], []
    for item in items:
        asker = f"{item.association.name}のお尋ね"
        if item.is_file:
            files.append(Tick(f"{item.label}（{item.association.name}）"))
        elif item.offered:
            questions.append(Part(item.label, asker, [Tick(one) for one in item.offered]))
        else:
            rows = 2 if item.kind == ItemKind.LONG else 1
            questions.append(Part(item.label, asker, lines=[Line("", rows=rows)]))
    return [*questions, *([Part("この紙に添えていただくもの", ticks=files, columns=2)] if files else [])]


def _note(moving: Moving) -> Part:
    return Part("医師会への連絡", lines=[Line("", rows=2)])
