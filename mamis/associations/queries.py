"""医師会についての検索。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Case, Count, Exists, Field, Min, Model, OuterRef, Q, QuerySet, When
from django.utils.timezone import localdate

from mamis.associations.mails import StaffInvited
from mamis.associations.models import (
    Association,
    BoardDay,
    Category,
    Invitation,
    JoinItem,
    Platform,
    Prefecture,
    President,
    Staff,
)
from mamis.associations.rules import (
    ADMINISTRATORS_WANTED,
    DORMANT_AFTER,
    DUTY_LABELS,
    NATIONAL_CODE,
    PROCEDURE_LABELS,
    TEST_WINDOW,
    AddressNotice,
    Duty,
    Role,
    Tier,
)
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold
from mamis.mail.models import Message

ADDRESS_FIELDS = ("inquiry_address", "member_address", "homepage")
PROFILE_FIELDS = ("postcode", "address", "telephone", "hours")
ASSOCIATION_FIELDS = (*ADDRESS_FIELDS, *PROFILE_FIELDS)
PRACTICE_FIELDS = ("allows_partial", "confirmation_days", "decision_days", "automatic_kinds", "join_note")
CATEGORY_FIELDS = (
    "code",
    "label",
    "from_on",
    "until_on",
    "is_selectable",
    "is_voting",
    "is_insured",
    "duties",
)
JOIN_ITEM_FIELDS = ("label", "explanation", "choices", "is_required", "is_used")
PLATFORM_FIELDS = (
    "address_deadline_on",
    "completion_mail_from_on",
    "operator_name",
    "operator_telephone",
    "operator_hours",
    "member_office_name",
    "video_url",
    "doctors_site_url",
    "offices_site_url",
)


_CHOSEN = {str(one): label for labels in (DUTY_LABELS, PROCEDURE_LABELS) for one, label in labels.items()}


def platform() -> Platform:
    """全体の設定。"""
    return Platform.objects.get(pk=1)


def national() -> Association:
    """日本医師会。"""
    return Association.objects.get(code=NATIONAL_CODE)


def by_code(code: str) -> Association | None:
    """そのコードの医師会。"""
    return Association.objects.filter(code=code).first()


def live_with_codes(codes: Iterable[str]) -> list[Association]:
    """そのコードの医師会と、その上の医師会。解散したものは出さない。"""
    asked = list(codes)
    if not asked:
        return []
    return list(Association.objects.filter(code__in=asked, closed_on=None).select_related("parent").order_by("code"))


# 通知先の設定


def without_inquiry_address(associations: QuerySet[Association]) -> QuerySet[Association]:
    """お問い合わせ通知先メールアドレスのない医師会。"""
    return associations.filter(inquiry_address="").select_related("parent", "prefecture").order_by("code")


def with_administrators_counted(associations: QuerySet[Association]) -> QuerySet[Association]:
    """いま務めている管理者の数を添える。"""
    return associations.annotate(administrators=_administrators())


def _administrators() -> Count:
    return Count("staff", filter=Q(staff__role=Role.ADMIN, staff__ended_at=None, staff__user__is_active=True))


def address_notice(association: Association, on: date) -> AddressNotice | None:
    """設定期限の知らせ。お問い合わせ通知先メールアドレスがあれば、出さない。"""
    return None if association.inquiry_address else deadline_notice(on)


def deadline_notice(on: date) -> AddressNotice:
    """設定期限と、今日との隔たり。"""
    return AddressNotice(platform().address_deadline_on, on)


def prefectures() -> list[Prefecture]:
    """47 の都道府県。"""
    return list(Prefecture.objects.order_by("code"))


def in_prefecture(associations: QuerySet[Association], code: str) -> QuerySet[Association]:
    """その都道府県の医師会。空なら問わない。"""
    return associations.filter(prefecture_id=code) if code else associations


def find_associations(prefecture_code: str, words: str = "") -> QuerySet[Association]:
    """その都道府県の郡市区等医師会を、名、フリガナ、区域の市区町村で探す。解散したものは出さない。"""
    districts = Association.objects.filter(tier=Tier.DISTRICT, prefecture_id=prefecture_code, closed_on=None)
    wanted = [fold(word) for word in words.split()]
    if wanted:
        # 一つの都道府県には多くても数十なので、ならして比べるのはここでする。
        named = {
            one.pk: [fold(name) for name in (one.name, one.kana, *(town.name for town in one.municipalities.all()))]
            for one in districts.prefetch_related("municipalities")
        }
        found = [pk for pk, names in named.items() if all(any(word in name for name in names) for word in wanted)]
        districts = districts.filter(pk__in=found)
    return districts.order_by("code")


# 会員手続き


def selectable_categories(association_ids: Iterable[int], on: date) -> dict[int, list[Category]]:
    """医師会ごとの、その日にあって医師が選べる会員区分。並び順。"""
    found: dict[int, list[Category]] = {pk: [] for pk in association_ids}
    in_force = Category.objects.filter(_in_force(on), association__in=list(found), is_selectable=True)
    for category in in_force.order_by("position", "pk"):
        found[category.association_id].append(category)
    return found


def proposed_category(categories: Iterable[Category], duty: Duty) -> Category | None:
    """その施設業務の医師にすすめる会員区分：並び順で初めのもの。"""
    return next((category for category in categories if duty in category.duties), None)


def items_asked_by(association_ids: Iterable[int]) -> list[JoinItem]:
    """その医師会が、いま入会のときに尋ねること。"""
    return in_asking_order(_items_asked(Q(association__in=list(association_ids))))


def items_asked_at(codes: Iterable[str]) -> list[JoinItem]:
    """その医師会コードの医師会が、いま入会のときに尋ねること。"""
    return in_asking_order(_items_asked(Q(association__code__in=list(codes))))


def in_asking_order(items: Iterable[JoinItem]) -> list[JoinItem]:
    """尋ねる順：下の層の医師会から、その医師会の並び順。"""
    tiers = list(Tier)
    return sorted(
        items,
        key=lambda one: (tiers.index(Tier(one.association.tier)), one.association.code, one.position, one.pk),
    )


def _items_asked(by: Q) -> QuerySet[JoinItem]:
    return JoinItem.objects.filter(by, is_used=True).select_related("association")


def board_day_after(association_id: int, on: date) -> date | None:
    """その日か、そのあとの、初めの理事会の日。"""
    return board_days_after([association_id], on).get(association_id)


def board_days_after(association_ids: Iterable[int], on: date) -> dict[int, date]:
    """医師会ごとの、その日か、そのあとの、初めの理事会の日。登録のない医師会は載らない。"""
    coming = BoardDay.objects.filter(association__in=list(association_ids), held_on__gte=on)
    return dict(coming.values_list("association_id").annotate(first=Min("held_on")))


def _in_force(on: date) -> Q:
    return (Q(from_on=None) | Q(from_on__lte=on)) & (Q(until_on=None) | Q(until_on__gt=on))


# 会長


def president_on(association: Association, day: date) -> President | None:
    """その日の会長。"""
    return (
        President.objects.filter(association=association, from_on__lte=day)
        .filter(Q(until_on=None) | Q(until_on__gt=day))
        .first()
    )


def presidents(association: Association) -> QuerySet[President]:
    """会長の記録。新しい順。"""
    return President.objects.filter(association=association).order_by("-from_on")


# テスト送信


def tests_of(association: Association, mail: str) -> QuerySet[Message]:
    """その欄のテスト送信。新しい順。"""
    return Message.objects.filter(recipient_association=association, mail=mail).order_by("-created_at", "-pk")


def tests_within_hour(association: Association, mails: Iterable[str], at: datetime) -> QuerySet[Message]:
    """この1時間のテスト送信。古い順。"""
    return Message.objects.filter(
        recipient_association=association, mail__in=list(mails), created_at__gt=at - TEST_WINDOW
    ).order_by("created_at", "pk")


# 担当者


def has_few_administrators(people: Iterable[Staff]) -> bool:
    """務めている人のうち、管理者が二人に足りないか。"""
    return sum(person.is_administrator for person in people) < ADMINISTRATORS_WANTED


def with_dormancy(people: QuerySet[Staff], at: datetime) -> QuerySet[Staff]:
    """長くログインしていないかを添える。"""
    return people.annotate(is_dormant=Case(When(_dormant("", at), then=True), default=False))


def with_second_factor(people: QuerySet[Staff]) -> QuerySet[Staff]:
    """二要素（認証アプリかパスキー）を登録しているかを添える。"""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    factors = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=kinds)
    return people.annotate(has_second_factor=Exists(factors))


def with_people_counted(associations: QuerySet[Association], at: datetime) -> QuerySet[Association]:
    """いま務めている人、管理者、長くログインしていない人の数を添える。"""
    serving = Q(staff__ended_at=None, staff__user__is_active=True)
    return with_administrators_counted(associations).annotate(
        people=Count("staff", filter=serving), dormant=Count("staff", filter=serving & _dormant("staff__", at))
    )


def short_of_administrators(associations: QuerySet[Association]) -> QuerySet[Association]:
    """管理者が二人に足りない医師会。"""
    return associations.annotate(administrators=_administrators()).filter(administrators__lt=ADMINISTRATORS_WANTED)


def _dormant(prefix: str, at: datetime) -> Q:
    """最後のログインが古いか、任じられてからずっとログインしていない。"""
    limit = at - DORMANT_AFTER
    never = Q(**{f"{prefix}user__last_login": None, f"{prefix}since_on__lt": localdate(limit)})
    return Q(**{f"{prefix}user__last_login__lt": limit}) | never


def open_invitations(association: Association) -> QuerySet[Invitation]:
    """まだ承諾も取消しもされていない招待。"""
    return Invitation.objects.filter(association=association, accepted_at=None, cancelled_at=None)


def invitations_within_hour(association: Association, at: datetime) -> int:
    """この1時間に、その医師会から送った招待のメールの数。"""
    return Message.objects.filter(
        responsible_association=association, mail=StaffInvited.__name__, created_at__gt=at - TEST_WINDOW
    ).count()


# 変更の記録


@dataclass(frozen=True)
class Change:
    """一つの項目の、変更前と変更後。"""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Recorded(Change):
    """記録に残った変更：だれが、どの医師会として、いつ。"""

    by_name: str
    by_association: str
    at: datetime


def newest_version(row: Association | Category | JoinItem | Platform) -> Any:
    """その行のいちばん新しい版：書かれたままの値と、版の番号（pgh_id）を持つ。"""
    return row.events.order_by("-pgh_id").first()  # type: ignore[union-attr]


def changed_since(
    row: Association | Category | JoinItem | Platform, seen: int | None, names: Iterable[str]
) -> list[Change]:
    """その版のあとに変わった項目。知らない版なら、どの項目も変わったとみなす。"""
    version = row.events.filter(pgh_id=seen).first()  # type: ignore[union-attr]
    return [
        Change(_label(type(row), name), _shown(getattr(version, name, "")), _shown(getattr(row, name)))
        for name in names
        if version is None or getattr(version, name) != getattr(row, name)
    ]


def association_changes(association: Association) -> list[Recorded]:
    """医師会情報の変更の記録。新しい順。"""
    changes = _changes(Association, association.events.all(), ASSOCIATION_FIELDS)  # type: ignore[attr-defined]
    # 新しい順に並べてから日時で並べる。同じ日時のものの順が崩れない。
    newest_first = changes[::-1] + _president_changes(association)[::-1]
    return sorted(newest_first, key=lambda change: change.at, reverse=True)


def practice_changes(association: Association) -> list[Recorded]:
    """会員手続きについて決めたことの、変更の記録。新しい順。"""
    return _changes(Association, association.events.all(), PRACTICE_FIELDS)[::-1]  # type: ignore[attr-defined]


def category_changes(category: Category) -> list[Recorded]:
    """会員区分の変更の記録。新しい順。"""
    return _changes(Category, category.events.all(), CATEGORY_FIELDS)[::-1]  # type: ignore[attr-defined]


def join_item_changes(item: JoinItem) -> list[Recorded]:
    """尋ねることの変更の記録。新しい順。"""
    return _changes(JoinItem, item.events.all(), JOIN_ITEM_FIELDS)[::-1]  # type: ignore[attr-defined]


def board_day_changes(association: Association) -> list[Recorded]:
    """理事会の日を足し、消した記録。新しい順。"""
    days = BoardDay.events.rel.related_model.objects.filter(association=association)  # type: ignore[attr-defined]
    return [
        _change(
            event,
            "理事会の日",
            shown if event.pgh_label == "delete" else "",
            shown if event.pgh_label == "insert" else "",
        )
        for event in days.select_related("pgh_context").order_by("-pgh_id")
        for shown in (_shown(event.held_on),)
    ]


def platform_changes() -> list[Recorded]:
    """環境設定の変更の記録。新しい順。"""
    return _changes(Platform, platform().events.all(), PLATFORM_FIELDS)[::-1]  # type: ignore[attr-defined]


def _changes(model: type[Model], events: QuerySet[Any], names: Iterable[str]) -> list[Recorded]:
    versions = list(events.select_related("pgh_context").order_by("pgh_id"))
    return [
        _change(after, _label(model, name), _shown(getattr(before, name)), _shown(getattr(after, name)))
        for before, after in pairwise(versions)
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]


def _president_changes(association: Association) -> list[Recorded]:
    events = President.events.rel.related_model.objects.filter(association=association)  # type: ignore[attr-defined]
    found: list[Recorded] = []
    known: dict[int, str] = {}
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        now = "" if event.pgh_label == "delete" else _term(event)
        found.append(_change(event, "会長", known.get(event.id, ""), now))
        known[event.id] = now
    return found


def _term(president: Any) -> str:
    """小野寺 正（2024年6月1日～）"""
    end = plain_date(president.until_on) if president.until_on else ""
    return f"{president.name}（{plain_date(president.from_on)}～{end}）"


def _change(event: Any, label: str, was: str, now: str) -> Recorded:
    who = event.pgh_context.metadata if event.pgh_context else {}
    return Recorded(label, was, now, who.get("user_name", ""), who.get("association_name", ""), event.pgh_created_at)


def _shown(value: Any) -> str:
    """画面に出す値。日付は 2026年6月4日。並びは、その名か、書かれた字を並べる。"""
    match value:
        case bool():
            return "はい" if value else "いいえ"
        case date():
            return plain_date(value)
        case list():
            return "、".join(_CHOSEN.get(one, str(one)) for one in value)
    return str(value or "")


def _label(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    return str(field.verbose_name) if isinstance(field, Field) else name
