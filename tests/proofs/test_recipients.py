"""メールは、しかるべき人にだけ届く（quality.md 11、newsletter Topic 01 3 と補足説明①～④）。

``should_be_told`` は newsletter を読んで書いた別の答えである。流れの表も mails.py も見ない。
"""

from datetime import date, timedelta
from random import Random

from mamis.training.mails import CompletionFacts
from mamis.training.workflow import COMPLETION

RUNS = 20_000
MEMBER_ADDRESS = "kaiin@midori.example"

# 行為と、そのときの状態。
ACTS = [
    ("submit", "new"),
    ("submit", "returned"),
    ("return", "submitted"),
    ("approve", "submitted"),
    ("forward", "submitted"),
    ("withdraw", "submitted"),
    ("withdraw", "returned"),
    ("undo", "approved"),
    ("revoke", "approved"),
    ("enter", "new"),
    ("enter", "returned"),
]


def should_be_told(act, doctor, inquiry, submitted_on, begins_on, *, is_imported):
    """newsletter による宛先：（だれとして、アドレス）。"""
    # 補足④「リリース前の申請に、遡って受付メールは送信されません」
    told_of_receipt = begins_on is not None and begins_on <= submitted_on and not is_imported
    # 3「医師本人および申請先として選択された医師会の『お問い合わせ通知メールアドレス』に、メールを送信します」
    if act == "submit":
        return [("doctor", doctor), ("office", inquiry)] if told_of_receipt else []
    # 補足③「差し戻しまたは承認を行った際は、医師本人にのみメールを送信します」
    if act in {"return", "approve"}:
        return [("doctor", doctor)]
    # 回送は申請先が変わることなので、医師に告げ、新しい申請先には申請が届いたことになる。
    if act == "forward":
        return [("doctor", doctor)] + ([("office", inquiry)] if told_of_receipt else [])
    # 承認を取りやめ、取り消すことは、承認と同じく医師本人にだけ告げる。
    if act in {"undo", "revoke"}:
        return [("doctor", doctor)]
    # 代行入力は医師の申請なので、本人には受け付けたことを告げる。打った医師会は、届いたことを知っている。
    if act == "enter":
        return [("doctor", doctor)] if told_of_receipt else []
    # 取下げのメールは newsletter にない。
    return []


ADDRESSES = ["", "yamada@clinic.example", "kenshu@midori.example", "同じ@窓口", "a" * 90 + "@x.example"]
DAYS = [date(2026, 6, 4) + timedelta(days) for days in range(-3, 4)]
LETTERS = "山田髙﨑𠮷\U000e0100 \n\r\0@<>,;:\"'%{}"


def check_one(chance):
    """でたらめな一件を出し、その行為と、知らせた数を返す。"""
    event, state = chance.choice(ACTS)
    doctor, inquiry = chance.choice(ADDRESSES), chance.choice(ADDRESSES)
    submitted_on, begins_on = chance.choice(DAYS), chance.choice([None, *DAYS])
    is_imported = chance.random() < 0.5
    doctor_id, association_id = chance.randint(1, 350_000), chance.randint(1, 2_000)
    words = "".join(chance.choices(LETTERS, k=chance.randint(0, 20)))
    facts = CompletionFacts(
        about_doctor_id=doctor_id,
        responsible_association_id=association_id,
        reference="2026-0604-0001",
        programme="かかりつけ医機能報告制度にかかる研修",
        doctor_user_id=doctor_id + 1,
        doctor_name=words,
        doctor_address=doctor,
        destination_name=words,
        destination_code="14-021",
        destination_telephone=words,
        destination_hours=words,
        destination_address=inquiry,
        submitted_on=submitted_on,
        received_from_on=begins_on,
        is_imported=is_imported,
        comment=words,
    )

    (row,) = [row for row in COMPLETION if (row.event, row.source) == (event, state)]
    mails = [mail(facts) for mail in row.mails]
    told = [recipient for mail in mails if mail.applies() for recipient in mail.to()]

    expected = should_be_told(event, doctor, inquiry, submitted_on, begins_on, is_imported=is_imported)
    assert [(one.address, one.doctor_id, one.association_id) for one in told] == [
        (address, doctor_id, None) if who == "doctor" else (address, None, association_id) for who, address in expected
    ]
    assert MEMBER_ADDRESS not in {one.address for one in told}
    return event, state, len(told)


def test_どの行為でも宛先は_newsletterのとおりである():
    chance = Random(604)

    met = {check_one(chance) for _ in range(RUNS)}

    assert {(event, state) for event, state, _ in met} == set(ACTS)
    assert {(event, number) for event, _, number in met} == {
        ("submit", 2),
        ("submit", 0),
        ("return", 1),
        ("approve", 1),
        ("forward", 2),
        ("forward", 1),
        ("withdraw", 0),
        ("undo", 1),
        ("revoke", 1),
        ("enter", 1),
        ("enter", 0),
    }


def test_会員管理用通知メールアドレスを_修了申請のメールは知ることもできない():
    assert {name for name in CompletionFacts.__dataclass_fields__ if "address" in name} == {
        "doctor_address",
        "destination_address",
    }
