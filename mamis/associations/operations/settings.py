"""医師会情報・環境設定・会員手続きの変更、会長の記録、テスト送信。"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from mamis.associations import queries
from mamis.associations.mails import AddressFacts, AddressTested, InquiryAddressTested, MemberAddressTested
from mamis.associations.models import Association, Platform, President, Staff
from mamis.associations.operations.recording import ChangedMeanwhile, locked, recorded_as, rewritten
from mamis.associations.queries import Change
from mamis.associations.rules import TEST_WINDOW, TESTS_AN_HOUR
from mamis.mail.models import Message
from mamis.mail.outbox import post


class NotAfterPredecessor(Exception):
    """就任日が、前の会長の就任日より後でない。"""

    def __init__(self, predecessor: President) -> None:
        super().__init__("前の会長の就任日より後の日にしてください。")
        self.predecessor = predecessor


class NoAddress(Exception):
    """送る先のアドレスが保存されていない。"""

    def __init__(self) -> None:
        super().__init__("メールアドレスが保存されていません。入力して「保存する」を押してから、お試しください。")


class TooManyTests(Exception):
    """テスト送信が続いた。いつからまたできるかを持つ。"""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"テスト送信は 1 時間に {TESTS_AN_HOUR} 回までです。")
        self.again_at = again_at


@dataclass(frozen=True)
class Addresses:
    """通知先とホームページ。"""

    inquiry_address: str
    member_address: str
    homepage: str


@dataclass(frozen=True)
class Profile:
    """所在地と電話。"""

    postcode: str
    address: str
    telephone: str
    hours: str


@dataclass(frozen=True)
class Practice:
    """会員手続きについて、医師会が決めること。"""

    allows_partial: bool
    confirmation_days: int
    decision_days: int
    automatic_kinds: list[str]
    join_note: str


@dataclass(frozen=True)
class PlatformSettings:
    """環境設定。"""

    address_deadline_on: date | None
    completion_mail_from_on: date | None
    operator_name: str
    operator_telephone: str
    operator_hours: str
    member_office_name: str
    video_url: str
    doctors_site_url: str
    offices_site_url: str


# 設定を変える


@transaction.atomic
def set_addresses(
    association: Association, addresses: Addresses, *, seen: int | None, by: Staff, at: datetime
) -> Association:
    """通知先とホームページを変える。見ていた版（seen）のあとに変わっていれば ChangedMeanwhile。"""
    return rewritten(Association, association.pk, asdict(addresses), seen=seen, by=by)


@transaction.atomic
def set_profile(
    association: Association, profile: Profile, *, seen: int | None, by: Staff, at: datetime
) -> Association:
    """所在地と電話を変える。見ていた版のあとに変わっていれば ChangedMeanwhile。"""
    return rewritten(Association, association.pk, asdict(profile), seen=seen, by=by)


@transaction.atomic
def set_practice(
    association: Association, practice: Practice, *, seen: int | None, by: Staff, at: datetime
) -> Association:
    """会員手続きについて決めたことを変える。見ていた版のあとに変わっていれば ChangedMeanwhile。"""
    return rewritten(Association, association.pk, asdict(practice), seen=seen, by=by)


@transaction.atomic
def set_platform(settings: PlatformSettings, *, seen: int | None, by: Staff, at: datetime) -> Platform:
    """環境設定を変える。見ていた版のあとに変わっていれば ChangedMeanwhile。"""
    return rewritten(Platform, 1, asdict(settings), seen=seen, by=by)


# 会長


@transaction.atomic
def begin_presidency(association: Association, *, name: str, from_on: date, by: Staff, at: datetime) -> President:
    """新しい会長を登録する。前の会長は、その日に終わる。"""
    locked(association)
    former = queries.presidents(association).first()
    if former is not None and former.from_on >= from_on:
        raise NotAfterPredecessor(former)
    with recorded_as(by):
        if former is not None and (former.until_on is None or former.until_on > from_on):
            former.until_on = from_on
            former.save(update_fields=("until_on",))
        return President.objects.create(association=association, name=name, from_on=from_on)


@transaction.atomic
def correct_presidency(president: President, *, name: str, from_on: date, by: Staff, at: datetime) -> President:
    """いちばん新しい会長の、書き誤りを直す。前の会長の終わりの日も、合わせて直る。出た修了証の会長名は変わらない。"""
    locked(president.association)
    current, *earlier = queries.presidents(president.association)[:2]
    if current.pk != president.pk:
        raise ChangedMeanwhile([Change("会長", president.name, current.name)])
    former = earlier[0] if earlier else None
    if former is not None and former.from_on >= from_on:
        raise NotAfterPredecessor(former)
    with recorded_as(by):
        follows = former is not None and former.until_on == current.from_on
        if former is not None and (follows or (former.until_on is not None and former.until_on > from_on)):
            # 期間が重ならない順に書く。
            former.until_on = min(from_on, current.from_on)
            former.save(update_fields=("until_on",))
        current.name, current.from_on = name, from_on
        current.save(update_fields=("name", "from_on"))
        if former is not None and follows:
            former.until_on = from_on
            former.save(update_fields=("until_on",))
    return current


# テスト送信

TESTS: dict[str, type[AddressTested]] = {
    "inquiry_address": InquiryAddressTested,
    "member_address": MemberAddressTested,
}


@transaction.atomic
def send_test(association: Association, *, field: str, by: Staff, at: datetime) -> Message:
    """保存してある通知先へ、テストのメールを送る。1時間の回数を超えれば TooManyTests。"""
    association = locked(association)
    address = getattr(association, field)
    if not address:
        raise NoAddress
    tests = list(queries.tests_within_hour(association, (mail.__name__ for mail in TESTS.values()), at))
    if len(tests) >= TESTS_AN_HOUR:
        raise TooManyTests(tests[-TESTS_AN_HOUR].created_at + TEST_WINDOW)
    facts = AddressFacts(
        association_id=association.pk,
        responsible_association_id=association.pk,
        association_name=association.name,
        association_code=association.code,
        address=address,
        sender_name=by.signature,
    )
    (message,) = post(TESTS[field](facts), at=at)
    return message
