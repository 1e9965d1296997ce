"""医師会と事務局の人について、だれが何を見て何ができるか。"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mamis.accounts.models import FactorLoss, User
from mamis.accounts.policy import open_losses
from mamis.associations.models import (
    Association,
    BoardDay,
    Category,
    Delegation,
    Invitation,
    JoinItem,
    Platform,
    President,
    Rekey,
    Staff,
)
from mamis.associations.rules import Role, Tier


class NotServing(Exception):
    """その人は、もうその医師会の、その役割ではない。"""


def serving(user: User) -> QuerySet[Staff]:
    """その利用者がいま務めている事務局。"""
    return (
        Staff.objects.filter(user_id=user.pk, user__is_active=True, ended_at=None)
        .select_related("association", "association__parent", "user")
        .order_by("association__code", "pk")
    )


def is_staff(user: User) -> bool:
    """いずれかの事務局に務めているか。"""
    return Staff.objects.filter(user_id=user.pk, user__is_active=True, ended_at=None).exists()


def staff_at(user: User, code: str) -> Staff | None:
    """その人が、いまその医師会の事務局でもつ立場。務めていなければ、代行。戸口も裏方の仕事も、ここに尋ねる。"""
    return serving(user).filter(association__code=code).first() or _acting_at(user, code)


def _acting_at(user: User, code: str) -> Staff | None:
    """代行している医師会での立場。役割は、本来務める医師会でのもの。見える範囲は、代行される医師会のもの。"""
    held = Delegation.objects.filter(association__code=code, ended_at=None)
    delegation = held.select_related("association__parent").first()
    if delegation is None:
        return None
    staff = serving(user).filter(association_id=delegation.office_id).first()
    return staff.acting_for(delegation.association) if staff else None


def is_on_duty(staff: Staff, role: Role) -> bool:
    """前に確かめた人が、いまもその医師会の、その役割以上か。"""
    now = staff_at(staff.user, staff.association.code)
    return now is not None and now.may(role)


def require_on_duty(staff: Staff, role: Role, *, own: bool = False) -> Staff:
    """待っていた操作や裏方の仕事を、いまもその人として続けてよいか。務めを終えていれば NotServing。

    own は、代行の人にはさせないこと（担当者を決めること、代行そのもの）。
    """
    if (own and staff.is_acting) or not is_on_duty(staff, role):
        raise NotServing
    return staff


def colleagues(association: Association) -> QuerySet[Staff]:
    """その医師会にいま務めている人。管理者が先。"""
    return (
        Staff.objects.filter(association=association, ended_at=None, user__is_active=True)
        .select_related("user", "association")
        .order_by("-role", "user__name", "pk")
    )


def manageable_by(staff: Staff) -> QuerySet[Staff]:
    """役割を変え、務めを終えさせてよい担当者：管理者が、自分の医師会の人だけ。自分も含む。代行の人にはない。"""
    if staff.is_acting or not staff.may(Role.ADMIN):
        return Staff.objects.none()
    return colleagues(staff.association)


def invitations_manageable_by(staff: Staff) -> QuerySet[Invitation]:
    """送り直し、取り消してよい招待：管理者が、自分の医師会への、まだ開いているものだけ。代行の人にはない。"""
    if staff.is_acting or not staff.may(Role.ADMIN):
        return Invitation.objects.none()
    return (
        Invitation.objects.filter(association_id=staff.association_id, accepted_at=None, cancelled_at=None)
        .select_related("association", "invited_by__user", "invited_by__association")
        .order_by("invited_at", "pk")
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


def categories_editable_by(staff: Staff) -> QuerySet[Category]:
    """足し、直し、終えてよい会員区分：管理者が、自分の医師会のものだけ。並び順。"""
    found = Category.objects.filter(association__in=editable_by(staff))
    return found.select_related("association").order_by("position", "pk")


def join_items_editable_by(staff: Staff) -> QuerySet[JoinItem]:
    """直し、やめてよい、入会のときに尋ねること：管理者が、自分の医師会のものだけ。並び順。"""
    found = JoinItem.objects.filter(association__in=editable_by(staff))
    return found.select_related("association").order_by("position", "pk")


def board_days_editable_by(staff: Staff, on: date) -> QuerySet[BoardDay]:
    """消してよい理事会の日：管理者が、自分の医師会の、今日からのものだけ。早い順。"""
    found = BoardDay.objects.filter(association__in=editable_by(staff), held_on__gte=on)
    return found.select_related("association").order_by("held_on", "pk")


def rekeyable_by(staff: Staff) -> QuerySet[Association]:
    """管理者の復旧を申し出てよい医師会：都道府県はその郡市区等、日本医師会は都道府県。一般以上の人。"""
    if not staff.may(Role.CLERK):
        return Association.objects.none()
    return Association.objects.filter(parent_id=staff.association_id, closed_on=None)


def rekeys_visible_to(staff: Staff) -> QuerySet[Rekey]:
    """その医師会が申し出た復旧の記録。"""
    return (
        Rekey.objects.filter(office_id=staff.association_id)
        .select_related("association", "office", "requested_by", "confirmed_by", "declined_by")
        .order_by("-requested_at", "-pk")
    )


def rekeys_confirmable_by(staff: Staff) -> QuerySet[Rekey]:
    """その人が確かめてよい復旧：同じ医師会の管理者で、申し出た人でない人。"""
    if not staff.may(Role.ADMIN):
        return Rekey.objects.none()
    return rekeys_visible_to(staff).filter(confirmed_at=None, declined_at=None).exclude(requested_by=staff.user_id)


def rekeys_declinable_by(staff: Staff) -> QuerySet[Rekey]:
    """その人が取り下げてよい復旧：まだ確かめられていないもの。一般以上の人。"""
    if not staff.may(Role.CLERK):
        return Rekey.objects.none()
    return rekeys_visible_to(staff).filter(confirmed_at=None, declined_at=None)


def losses_decidable_by(staff: Staff) -> QuerySet[FactorLoss]:
    """解除してよい、二要素をなくした申し出：管理者が、ほかの人のものだけ。

    その人の務める医師会が、みな自分の医師会か、その下の医師会でなければならない。上の医師会にも務める人の守りは、下からは解けない。
    """
    serving_rows = Staff.objects.filter(user_id=OuterRef("user_id"), ended_at=None)
    within = supervised_by(staff)
    if not staff.may(Role.ADMIN):
        return FactorLoss.objects.none()
    return (
        open_losses()
        .exclude(user_id=staff.user_id)
        .filter(Exists(serving_rows))
        .exclude(Exists(serving_rows.exclude(association__in=within)))
        .select_related("user")
        .order_by("asked_at", "pk")
    )


def delegable_by(staff: Staff) -> QuerySet[Association]:
    """代行を始めてよい医師会：都道府県の管理者が、担当者の一人もいない、自分の郡市区等だけ。"""
    if not staff.may(Role.ADMIN) or not staff.association.is_prefecture:
        return Association.objects.none()
    people = Staff.objects.filter(association=OuterRef("pk"), ended_at=None, user__is_active=True)
    held = Delegation.objects.filter(association=OuterRef("pk"), ended_at=None)
    return Association.objects.filter(~Exists(people), ~Exists(held), parent_id=staff.association_id, closed_on=None)


def delegations_visible_to(staff: Staff) -> QuerySet[Delegation]:
    """その医師会がしている代行と、してきた代行。新しい順。"""
    return (
        Delegation.objects.filter(office_id=staff.association_id)
        .select_related("association", "office", "begun_by", "ended_by")
        .order_by("-begun_at", "-pk")
    )


def delegations_endable_by(staff: Staff) -> QuerySet[Delegation]:
    """その人が終えてよい代行：している医師会の管理者。"""
    if not staff.may(Role.ADMIN):
        return Delegation.objects.none()
    return delegations_visible_to(staff).filter(ended_at=None)


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
