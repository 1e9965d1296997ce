"""枠に要るもの。使われたものだけを読む：使わない頁は、何も問い合わせない。"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from mamis.associations import policy as association_policy
from mamis.associations.models import Association, Platform, Staff
from mamis.associations.rules import Tier
from mamis.doctors import policy as doctor_policy
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


class Frame:
    """三つの枠が使う名前。戸口（office_required、doctor_required）が決めた人と医師会を写す。"""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.demo: bool = settings.DEMO
        self.staff: Staff | None = getattr(request, "staff", None)
        self.association: Association | None = getattr(request, "association", None)
        self.doctor = getattr(request, "doctor", None)

    # 全体

    @cached_property
    def platform(self) -> Platform:
        return contacts.platform()

    @cached_property
    def mailbox_url(self) -> str:
        return menu.url_of("demo_mailbox")

    @property
    def home(self) -> Home | None:
        if self.staff:
            return Home("事務局TOP", self.office_url)
        if self.doctor:
            return Home("TOP", self.mypage_url)
        return None

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
    def has_mypage(self) -> bool:
        """医師でもあるか。"""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated and doctor_policy.owned_by(user).exists())

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
        return menu.mypage_menu(self.request.path)

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
