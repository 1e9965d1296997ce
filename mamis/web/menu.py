"""メニューの表。部屋ができた項目だけが現れる（住所がなければ、項目もない）。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from mamis.associations.models import Association, Staff
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors import queries as doctors_queries
from mamis.membership import policy as membership_policy
from mamis.membership import queries as membership_queries
from mamis.training import policy as training_policy
from mamis.training import queries as training_queries


@dataclass(frozen=True)
class Entry:
    """メニューの一行。

    role は見える最も低い役割、own は代行の人に見えないもの、count は待っている仕事の数、todo は済んでいないことの名、
    also はこの部屋に入るほかの頁。
    """

    label: str
    url_name: str = ""
    role: Role = Role.VIEWER
    own: bool = False
    count: Callable[[Staff], int] | None = None
    todo: Callable[[Staff], str] | None = None
    only_national: bool = False
    only_upper: bool = False
    only_members: bool = False
    only_district: bool = False
    also: tuple[str, ...] = ()
    children: tuple["Entry", ...] = ()
    for_delegates: bool = False


@dataclass
class Item:
    """描く一行。"""

    label: str
    url: str
    count: int = 0
    todo: str = ""
    is_current: bool = False
    rooms: tuple[str, ...] = ()
    children: list["Item"] = field(default_factory=list)


def completions_waiting(staff: Staff) -> int:
    """承認を待っている修了申請の数。"""
    return training_queries.waiting(training_policy.visible_to(staff)).number


def applications_waiting(staff: Staff) -> int:
    """その医師会が決めるのを待っている届出の数。"""
    return membership_queries.waiting_number(membership_policy.steps_visible_to(staff))


def registrations_waiting(staff: Staff) -> int:
    """確認を待っている利用者登録の数。"""
    return doctors_queries.waiting(doctors_policy.registrations_visible_to(staff)).number


def handbooks_waiting(staff: Staff) -> int:
    """その人が確かめられる、手帳の単位の登録の数。"""
    return training_queries.handbooks_waiting(training_policy.handbooks_confirmable_by(staff))


def facility_requests_waiting(staff: Staff) -> int:
    """その人が決められる、未定の施設の数。"""
    return doctors_queries.requests_waiting(doctors_policy.facility_requests_resolvable_by(staff))


def address_todo(staff: Staff) -> str:
    """お問い合わせ通知先がなければ「未設定」。"""
    return "" if staff.association.inquiry_address else "未設定"


# 環境設定のうち、どの医師会も自分で決めること。
PRACTICE = (
    Entry("会員手続き", "office_practice", role=Role.ADMIN),
    Entry("会員区分", "office_categories", role=Role.ADMIN),
    Entry("入会のときに尋ねること", "office_join_items", role=Role.ADMIN),
    Entry("理事会の日程", "office_board_days", role=Role.ADMIN),
)

# ニュースレターの名と順。groups の切れ目に線が入る。
OFFICE: tuple[tuple[Entry, ...], ...] = (
    (
        Entry("事務局TOP", "office_home"),
        Entry(
            "研修管理",
            children=(
                Entry("修了申請", "office_completions", count=completions_waiting),
                Entry("単位の登録", "office_credits"),
                Entry("手帳の単位", "office_handbooks", count=handbooks_waiting),
                Entry("差し戻しの文例", "office_return_texts", role=Role.CLERK),
            ),
        ),
        Entry(
            "会員管理",
            children=(
                Entry("届出", "office_applications", count=applications_waiting),
                Entry("研修医の入会確認", "office_joinings", only_district=True),
                Entry("連絡先の変更", "office_contact_changes"),
                Entry("登録の確認", "office_registrations", count=registrations_waiting),
                Entry("登録のご案内", "office_letters", role=Role.CLERK),
                Entry("施設", "office_facilities"),
                Entry("未定の施設", "office_facility_requests", count=facility_requests_waiting),
                Entry("データの取り込み", "office_imports", role=Role.ADMIN),
            ),
        ),
        Entry("送信履歴", "office_messages"),
    ),
    (
        Entry("医師会情報", "office_association", todo=address_todo, also=("office_missing_addresses",)),
        Entry("担当者", "office_staff", role=Role.ADMIN, own=True, also=("office_handover",)),
        Entry("下の医師会の担当者", "office_offices", only_upper=True, also=("office_rekeys",)),
        Entry("二要素の解除", "office_factor_losses", role=Role.ADMIN),
        Entry("環境設定", "office_platform", role=Role.ADMIN, only_national=True, children=PRACTICE),
        Entry("環境設定", role=Role.ADMIN, only_members=True, children=PRACTICE),
        Entry("研修の要件", "office_requirements", role=Role.ADMIN, only_national=True),
    ),
)

MYPAGE: tuple[Entry, ...] = (
    Entry("TOP", "mypage_home", for_delegates=True),
    Entry(
        "研修管理",
        "mypage_training",
        for_delegates=True,
        also=("mypage_completions", "mypage_credits", "mypage_viewings"),
    ),
    Entry("届出", "mypage_applications", for_delegates=True),
    Entry("会員情報", "mypage_profile"),
    Entry("送信履歴", "mypage_messages"),
    Entry("ログインと連絡先", "mypage_account", also=("mypage_delegates",)),
)


HOMES = {"office_home", "mypage_home"}


def url_of(name: str, **kwargs: Any) -> str:
    """その名の住所。まだないときは空。"""
    try:
        return reverse(name, kwargs=kwargs or None) if name else ""
    except NoReverseMatch:
        return ""


def office_menu(staff: Staff, path: str) -> list[list[Item]]:
    """その人の事務局メニュー。"""
    groups = [_office_items(group, staff) for group in OFFICE]
    _mark_current([item for group in groups for item in group], path)
    return [group for group in groups if group]


def _office_items(entries: Iterable[Entry], staff: Staff) -> list[Item]:
    items = []
    for entry in entries:
        if not staff.may(entry.role) or (entry.own and staff.is_acting) or not _has_place(entry, staff.association):
            continue
        url = url_of(entry.url_name, code=staff.association.code)
        children = _office_items(entry.children, staff)
        if not url and not children:
            continue
        items.append(
            Item(
                entry.label,
                url,
                count=entry.count(staff) if entry.count else 0,
                todo=entry.todo(staff) if entry.todo else "",
                rooms=_rooms(url, entry, code=staff.association.code),
                children=children,
            )
        )
    return items


def _has_place(entry: Entry, association: Association) -> bool:
    """その層の医師会にある項目か。"""
    if entry.only_national:
        return association.is_national
    if entry.only_members:
        return not association.is_national
    if entry.only_district:
        return association.is_district
    return not (entry.only_upper and association.is_district)


def mypage_menu(path: str, *, is_delegate: bool = False) -> list[Item]:
    """マイページのメニュー。代理の人には、してよいことだけが出る。"""
    entries = [entry for entry in MYPAGE if entry.for_delegates or not is_delegate]
    items = [Item(entry.label, url, rooms=_rooms(url, entry)) for entry in entries if (url := url_of(entry.url_name))]
    _mark_current(items, path)
    return items


def waiting(groups: Iterable[Iterable[Item]]) -> int:
    """待っている仕事の合計。"""
    return sum(item.count + waiting([item.children]) for group in groups for item in group)


def _rooms(url: str, entry: Entry, **kwargs: str) -> tuple[str, ...]:
    """この項目の頁の住所の初め。TOP はその頁だけである。"""
    if entry.url_name in HOMES:
        return ()
    return tuple(room for room in (url, *(url_of(name, **kwargs) for name in entry.also)) if room)


def _mark_current(items: Iterable[Item], path: str) -> None:
    """いまの頁の項目が「ここ」である。"""
    for item in items:
        item.is_current = path == item.url or any(path.startswith(room) for room in item.rooms)
        _mark_current(item.children, path)
