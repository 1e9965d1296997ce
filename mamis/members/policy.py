"""データの取り込みを、だれがしてよいか。どの医師を知っているといえるか。"""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from mamis.associations.models import Staff
from mamis.associations.rules import Role, Tier
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Doctor
from mamis.members.models import Import
from mamis.members.rules import Kind
from mamis.membership.models import Membership

_KINDS = {
    Tier.NATIONAL: (Kind.MEMBERS, Kind.CREDITS, Kind.FACILITIES),
    Tier.PREFECTURE: (Kind.MEMBERS, Kind.CREDITS, Kind.COMPLETIONS, Kind.FACILITIES),
    Tier.DISTRICT: (Kind.MEMBERS, Kind.CREDITS, Kind.COMPLETIONS, Kind.FACILITIES, Kind.RESIDENTS),
}


def imports_of(staff: Staff) -> QuerySet[Import]:
    """その医師会の取り込み。管理者だけが見て、行う。ファイルの中身は読まない。"""
    if not staff.may(Role.ADMIN):
        return Import.objects.none()
    return Import.objects.filter(association_id=staff.association_id).defer("content").select_related("by_user")


def kinds_of(staff: Staff) -> tuple[Kind, ...]:
    """その医師会が取り込めるもの。

    過去の修了は、修了申請を決める層（郡市区等と都道府県）だけ、研修医の名簿は、入会を受け付ける郡市区等だけである。
    """
    return _KINDS[Tier(staff.association.tier)]


def known_to(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その医師会が知っている医師：いま見えるか、いちどでもこの医師会の会員であった医師。

    知らない医師については、いるともいないとも答えない。
    """
    seats = Membership.objects.filter(doctor=OuterRef("pk"), association_id=staff.association_id)
    return doctors_policy.visible_to(staff, on) | Doctor.objects.filter(Exists(seats))
