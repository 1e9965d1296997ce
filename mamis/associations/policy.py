"""医師会と事務局の人について、だれが何を見て何ができるか。"""

from django.db.models import Q, QuerySet

from mamis.accounts.models import User
from mamis.associations.models import Association, Platform, President, Staff
from mamis.associations.rules import Role, Tier


def serving(user: User) -> QuerySet[Staff]:
    """その利用者がいま務めている事務局。"""
    return (
        Staff.objects.filter(user_id=user.pk, user__is_active=True, ended_at=None)
        .select_related("association", "association__parent", "user")
        .order_by("association__code", "pk")
    )


def administrators(association: Association) -> QuerySet[Staff]:
    """その医師会の管理者。事務局の人はだれでも、だれが管理者かを知ることができる。"""
    return (
        Staff.objects.filter(association=association, role=Role.ADMIN, ended_at=None, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def editable_by(staff: Staff) -> QuerySet[Association]:
    """医師会情報を変えられる医師会：管理者が、自分の医師会だけ。"""
    if not staff.may(Role.ADMIN):
        return Association.objects.none()
    return Association.objects.filter(pk=staff.association_id)


def correctable_by(staff: Staff) -> QuerySet[President]:
    """書き誤りを直せる会長の記録：自分の医師会の、いちばん新しいものだけ。"""
    newest = President.objects.filter(association__in=editable_by(staff)).order_by("-from_on")[:1]
    return President.objects.filter(pk__in=newest.values("pk")).select_related("association")


def supervised_by(staff: Staff) -> QuerySet[Association]:
    """設定の有無を見守る医師会：都道府県はその郡市区等、日本医師会はすべて。自分も含む。"""
    associations = Association.objects.filter(closed_on=None)
    match Tier(staff.association.tier):
        case Tier.NATIONAL:
            return associations
        case Tier.PREFECTURE:
            return associations.filter(Q(parent_id=staff.association_id) | Q(pk=staff.association_id))
        case Tier.DISTRICT:
            return associations.filter(pk=staff.association_id)


def below(staff: Staff) -> QuerySet[Association]:
    """見守る医師会のうち、自分を除いたもの。"""
    return supervised_by(staff).exclude(pk=staff.association_id)


def platform_editable_by(staff: Staff) -> QuerySet[Platform]:
    """全体の設定：日本医師会の管理者だけが変える。"""
    if not staff.may(Role.ADMIN) or not staff.association.is_national:
        return Platform.objects.none()
    return Platform.objects.filter(pk=1)
