"""枠に要るもの。使われたものだけを読む：使わない頁は、何も問い合わせない。"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from mamis.accounts.middleware import ends_at
from mamis.accounts.rules import WARNED_BEFORE
from mamis.associations import policy as association_policy
from mamis.associations import queries as association_queries
from mamis.associations.models import Association, Platform, Staff
from mamis.associations.rules import Tier
from mamis.doctors import policy as doctor_policy
from mamis.doctors.rules import Act
from mamis.membership.queries import associations_of
from mamis.training import queries as training_queries
from mamis.training.rules import Route
from mamis.web import contacts, menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """すべてのテンプレートに渡す「枠」。"""
    return {"frame": Frame(request)}


@dataclass(frozen=True)
class Hat:
    """もう一つの立場への入口。"""

    name: str
    url: str


@dataclass(frozen=True)
class Home:
    """その枠の TOP。"""

    label: str
    url: str


@dataclass(frozen=True)
class Responsible:
    """個人データの管理について責任を有する者。代表者は、いまの会長である。"""

    name: str
    address: str
    representative: str


class Frame:
    """三つの枠が使う名前。戸口（office_required、doctor_required）が決めた人と医師会を写す。"""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.demo: bool = settings.DEMO
        self.staff: Staff | None = getattr(request, "staff", None)
        self.association: Association | None = getattr(request, "association", None)
        self.doctor = getattr(request, "doctor", None)
        self.viewing = getattr(request, "viewing", None)
        self.delegation = getattr(request, "delegation", None)

    # 全体

    @cached_property
    def platform(self) -> Platform:
        return contacts.platform()

    @cached_property
    def mailbox_url(self) -> str:
        return menu.url_of("demo_mailbox")

    @cached_property
    def responsible(self) -> Responsible:
        """日本医師会の「医師会情報」のとおり。空のものは、画面が（未設定）と言う。"""
        national = association_queries.national()
        president = association_queries.president_on(national, timezone.localdate())
        place = f"〒{national.postcode}　{national.address}" if national.postcode else national.address
        return Responsible(national.name, place, president.name if president else "")

    @property
    def home(self) -> Home | None:
        if self.doctor:
            return Home("TOP", self.mypage_url)
        if self.staff:
            return Home("事務局TOP", self.office_url)
        return None

    @cached_property
    def session_ends_at(self) -> datetime | None:
        """何もしないと、ログインが終わる時刻。ログインしていなければ None。"""
        user = getattr(self.request, "user", None)
        return ends_at(self.request) if user and user.is_authenticated else None

    @property
    def asks_in(self) -> int:
        """何秒のちに、まもなく終わるかを尋ねるか。"""
        if self.session_ends_at is None:
            return 0
        return max(0, int((self.session_ends_at - WARNED_BEFORE - timezone.now()).total_seconds()) + 1)

    # 立場

    @cached_property
    def _serving(self) -> list[Staff]:
        user = getattr(self.request, "user", None)
        return list(association_policy.serving(user)) if user and user.is_authenticated else []

    @cached_property
    def offices(self) -> list[Hat]:
        """務めている事務局。"""
        return [
            Hat(staff.association.name, menu.url_of("office_home", code=staff.association.code))
            for staff in self._serving
        ]

    @property
    def other_offices(self) -> list[Hat]:
        """いまの医師会のほかに務めている事務局。"""
        return [hat for hat in self.offices if hat.url != self.office_url]

    @cached_property
    def mypage_url(self) -> str:
        return menu.url_of("mypage_home")

    @cached_property
    def office_url(self) -> str:
        return menu.url_of("office_home", code=self.association.code) if self.association else ""

    @cached_property
    def _doctors(self) -> list[Any]:
        """自分と、代理を引き受けている相手。一度に尋ねる。"""
        user = getattr(self.request, "user", None)
        if not user or not user.is_authenticated:
            return []
        found: QuerySet[Any] = doctor_policy.owned_or_acted_for(user, timezone.localdate())
        return list(found.order_by("acting_pk", "pk"))

    @property
    def has_mypage(self) -> bool:
        """医師でもあるか。"""
        return any(one.user_id == self.request.user.pk for one in self._doctors)

    @property
    def may_submit(self) -> bool:
        """この人が申請のボタンを押せるか。"""
        return self.delegation is None or self.delegation.may(Act.SUBMIT)

    @property
    def delegations(self) -> list[Hat]:
        """引き受けている代理。自分のマイページでは、引き受けていると分かったときだけ尋ねる。"""
        if self.doctor is not None and not getattr(self.doctor, "acts_for_others", True):
            return []
        return [
            Hat(f"{one.name} 先生の代理", menu.url_of("acting", pk=one.acting_pk, rest="mypage/"))
            for one in self._doctors
            if one.acting_pk is not None
        ]

    @property
    def staff_name(self) -> str:
        return self.staff.user.name if self.staff else ""

    @property
    def role_label(self) -> str:
        return self.staff.role_label if self.staff else ""

    # メニュー

    @cached_property
    def office_menu(self) -> list[list[menu.Item]]:
        return menu.office_menu(self.staff, self.request.path) if self.staff else []

    @property
    def waiting(self) -> int:
        return menu.waiting(self.office_menu)

    @cached_property
    def mypage_menu(self) -> list[menu.Item]:
        root = getattr(self.request, "viewing_root", self.mypage_url)
        path = self.request.path.replace(root, self.mypage_url, 1)
        return menu.mypage_menu(path, is_delegate=self.delegation is not None)

    # お困りのとき

    @cached_property
    def contact(self) -> Association | None:
        """医師の手続きを受け持つ医師会：所属の郡市区等、非会員は申請先になる都道府県。選ぶほかないときはない。"""
        if self.doctor is None:
            return None
        today = timezone.localdate()
        district = associations_of(self.doctor, today).filter(tier=Tier.DISTRICT).first()
        if district is not None:
            return district
        found = training_queries.destinations(self.doctor, today)
        return None if found.route == Route.CHOICE else found.associations[0]
