"""修了申請、単位、修了証について、だれが何を見て何ができるか。"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Delegation, Doctor
from mamis.files.models import StoredFile
from mamis.training.models import (
    Activity,
    BulkDecision,
    Certificate,
    CompletionApplication,
    CompletionHistory,
    CreditLine,
    HandbookEntry,
    PastCompletion,
    ProgrammeRule,
    ReturnText,
    Submission,
    Viewing,
)
from mamis.training.workflow import COMPLETION, LIVE, Event, HandbookState, State
from mamis.workflow.table import By

_DECIDABLE = [state for state in State if Event.APPROVE in COMPLETION.events(state, By.OFFICE)]


def owned_by(doctor: Doctor) -> QuerySet[CompletionApplication]:
    """医師本人の修了申請。"""
    return CompletionApplication.objects.filter(doctor=doctor).select_related("destination", "programme", "rule")


def visible_to(staff: Staff) -> QuerySet[CompletionApplication]:
    """その医師会が申請先である修了申請。上の層からも、ほかの医師会からも見えない。"""
    return CompletionApplication.objects.filter(destination_id=staff.association_id).select_related(
        "doctor", "destination", "programme", "rule"
    )


def attached_to(application: CompletionApplication) -> QuerySet[StoredFile]:
    """修了申請に添えられた書類と、紙の写し。見てよいのは、その申請を見てよい人である。"""
    of_application = Q(submissions__application=application) | Q(field_reports__submission__application=application)
    return StoredFile.objects.filter(of_application).distinct()


def decidable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が決められる修了申請。閲覧の人は決められず、自分と、代理を引き受けた医師の申請は決められない。"""
    return answerable_by(staff).filter(state__in=_DECIDABLE)


def answerable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が決める行為を送ってよい修了申請。すでに決まったものには、そのことを答える。"""
    if not staff.may(Role.CLERK):
        return CompletionApplication.objects.none()
    return visible_to(staff).exclude(_own(staff))


def own_or_acted_for(staff: Staff, applications: QuerySet[CompletionApplication]) -> QuerySet[CompletionApplication]:
    """そのうち、自分のもの、代理を引き受けた医師のもの、代わりに申請したもの。ほかの担当者が決める。"""
    return applications.filter(_own(staff))


def _own(staff: Staff) -> Q:
    acted = CompletionHistory.objects.filter(
        application=OuterRef("pk"), party=By.DOCTOR.value, by_user_id=staff.user_id
    )
    return Q(doctor__in=doctors_policy.close_to(staff.user_id)) | Q(Exists(acted))


def undoable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が承認を取りやめられる修了申請。当日で、修了証が取り出される前かは、操作が確かめる。"""
    return answerable_by(staff).filter(state=State.APPROVED)


def revocable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が承認を取り消せる修了申請：管理者が、自分の医師会の承認したものを。"""
    if not staff.may(Role.ADMIN):
        return CompletionApplication.objects.none()
    return answerable_by(staff).filter(state=State.APPROVED)


def programme_rules_of(staff: Staff) -> QuerySet[ProgrammeRule]:
    """その人が改められる規則の版：日本医師会の管理者だけ。"""
    if not associations_policy.platform_editable_by(staff).exists():
        return ProgrammeRule.objects.none()
    return ProgrammeRule.objects.filter(programme__code="kakari-report").order_by("-from_on")


def activities_of(staff: Staff) -> QuerySet[Activity]:
    """その人が改められる活動：日本医師会の管理者だけ。"""
    if not associations_policy.platform_editable_by(staff).exists():
        return Activity.objects.none()
    return Activity.objects.filter(programme__code="kakari-report").order_by("code", "-from_on")


def bulk_decisions_of(staff: Staff) -> QuerySet[BulkDecision]:
    """その医師会でまとめて承認した記録。"""
    return BulkDecision.objects.filter(association_id=staff.association_id).select_related("staff__user")


def return_texts_of(staff: Staff) -> QuerySet[ReturnText]:
    """その人が使い、書き直せる差し戻しの文例：自分の医師会のもの。"""
    if not staff.may(Role.CLERK):
        return ReturnText.objects.none()
    return ReturnText.objects.filter(association_id=staff.association_id, ended_at=None).order_by("position", "pk")


def creditable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が単位を登録できる医師：その医師会に見える医師のうち、自分と、代理を引き受けた医師を除く。"""
    if not staff.may(Role.CLERK):
        return Doctor.objects.none()
    return doctors_policy.visible_to(staff, on).exclude(pk__in=doctors_policy.close_to(staff.user_id))


def enterable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が紙の修了申請を代行入力できる医師：単位を登録できる医師と同じ。"""
    return creditable_by(staff, on)


def reenterable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """差し戻したあと、直した紙をその人が代行入力できる修了申請：代行入力したものか、マイページのない医師のもの。"""
    on_paper = Q(is_entered=True) | Q(doctor__user=None)
    return answerable_by(staff).filter(on_paper, state=State.RETURNED)


def deciders_besides(staff: Staff, application: CompletionApplication) -> QuerySet[Staff]:
    """その申請を決められる、ほかの担当者。"""
    acting = Delegation.objects.filter(doctor_id=application.doctor_id, user=OuterRef("user_id"), ended_at=None)
    acted = CompletionHistory.objects.filter(
        application=application, party=By.DOCTOR.value, by_user_id=OuterRef("user_id")
    )
    return Staff.objects.filter(
        association_id=application.destination_id, role__gte=Role.CLERK, ended_at=None, user__is_active=True
    ).exclude(
        Q(user_id__in=[staff.user_id, *([application.doctor.user_id] if application.doctor.user_id else [])])
        | Exists(acting)
        | Exists(acted)
    )


def may_approve(staff: Staff, application: CompletionApplication) -> bool:
    """自分が代行入力した申請は、ほかに決められる担当者がいないときだけ、自分で承認できる。"""
    return not entered_by(staff, application) or not deciders_besides(staff, application).exists()


def entered_and_decided_by_one(application: CompletionApplication) -> bool:
    """代行入力した人が、ほかに担当者がいないために、自分で承認したか。"""
    newest = Submission.objects.filter(application=application).latest("number")
    return newest.entered_by_id is not None and newest.entered_by_id == application.decided_by_id


def entered_by(staff: Staff, application: CompletionApplication) -> bool:
    """いまの申請書を、その人が代行入力したか。"""
    return Submission.objects.filter(application=application).latest("number").entered_by_id == staff.user_id


def credits_of(doctor: Doctor) -> QuerySet[CreditLine]:
    """医師本人の単位の台帳。"""
    return CreditLine.objects.filter(doctor=doctor)


def credits_granted_by(staff: Staff) -> QuerySet[CreditLine]:
    """その医師会が登録した単位。"""
    return CreditLine.objects.filter(granted_by_id=staff.association_id)


def credits_answerable_by(staff: Staff) -> QuerySet[CreditLine]:
    """その人が取り消しを送ってよい単位。すでに取り消されたものには、そのことを答える。"""
    if not staff.may(Role.CLERK):
        return CreditLine.objects.none()
    return credits_granted_by(staff).filter(reverses=None).exclude(doctor__in=doctors_policy.close_to(staff.user_id))


def credits_reversible_by(staff: Staff) -> QuerySet[CreditLine]:
    """その人が取り消せる単位：その医師会が登録した、まだ取り消されていない行。自分と、代理を引き受けた医師の単位は除く。"""
    return credits_answerable_by(staff).filter(reversal=None)


def handbooks_visible_to(staff: Staff) -> QuerySet[HandbookEntry]:
    """その医師会が登録した、手帳の単位。"""
    return HandbookEntry.objects.filter(association_id=staff.association_id).select_related(
        "doctor", "entered_by", "confirmed_by"
    )


def handbooks_answerable_by(staff: Staff) -> QuerySet[HandbookEntry]:
    """その人が、確認・差し戻し・取下げを送ってよい、手帳の単位。自分と、代理を引き受けた医師のものは除く。"""
    if not staff.may(Role.CLERK):
        return HandbookEntry.objects.none()
    return handbooks_visible_to(staff).exclude(doctor__in=doctors_policy.close_to(staff.user_id))


def handbooks_correctable_by(staff: Staff) -> QuerySet[HandbookEntry]:
    """その人が書き直せる、差し戻された手帳の単位。"""
    return handbooks_answerable_by(staff).filter(state=HandbookState.SENT_BACK)


def handbooks_confirmable_by(staff: Staff) -> QuerySet[HandbookEntry]:
    """その人が確かめられる、手帳の単位。登録した人は、ほかに確かめられる人がいないときだけ確かめられる。"""
    acting = Delegation.objects.filter(doctor=OuterRef(OuterRef("doctor_id")), user=OuterRef("user_id"), ended_at=None)
    able = Staff.objects.filter(
        ~Exists(acting),
        ~Q(user_id=OuterRef("entered_by_id")),
        ~Q(user_id=Coalesce(OuterRef("doctor__user_id"), 0)),
        association_id=OuterRef("association_id"),
        role__gte=Role.CLERK,
        ended_at=None,
        user__is_active=True,
    )
    return handbooks_answerable_by(staff).filter(
        ~Q(entered_by_id=staff.user_id) | ~Exists(able), state=HandbookState.ENTERED
    )


def certificates_of(doctor: Doctor) -> QuerySet[Certificate]:
    """医師本人の修了証。承認が取りやめになったものは、発行されなかったものである。"""
    return Certificate.objects.filter(doctor=doctor, voided_at=None)


def certificates_visible_to(staff: Staff) -> QuerySet[Certificate]:
    """その医師会が発行した修了証。"""
    return Certificate.objects.filter(issuer_id=staff.association_id, voided_at=None)


def certificates_handed_over_by(staff: Staff) -> QuerySet[Certificate]:
    """その人が印刷して医師に渡せる修了証：その医師会が発行した、マイページのない医師の、取り消されていないもの。"""
    if not staff.may(Role.CLERK):
        return Certificate.objects.none()
    return certificates_visible_to(staff).filter(doctor__user=None, revoked_at=None)


def past_completions_of(doctor: Doctor) -> QuerySet[PastCompletion]:
    """医師本人の、このシステムの前の修了。取り込みが取り消されたものは、なかったものである。"""
    return PastCompletion.objects.filter(doctor=doctor, undone_at=None).select_related("association")


def past_completions_visible_to(staff: Staff) -> QuerySet[PastCompletion]:
    """その医師会が承認した、このシステムの前の修了。ほかの医師会のものは見えない。"""
    return PastCompletion.objects.filter(association_id=staff.association_id, undone_at=None)


def verifiable() -> QuerySet[Certificate]:
    """合言葉を知る人ならだれでも確かめられる修了証。"""
    return Certificate.objects.all()


def viewable_by(staff: Staff, on: date) -> QuerySet[CompletionApplication]:
    """医師の画面を見る根拠になる修了申請：その医師会が申請先で、いまも見える、マイページを使う医師のもの。

    決まっていない申請がほかの医師会にあるあいだは、見られない。閲覧の役割の人も見られない。
    """
    if not staff.may(Role.CLERK):
        return CompletionApplication.objects.none()
    elsewhere = CompletionApplication.objects.filter(doctor=OuterRef("doctor"), state__in=LIVE).exclude(
        destination_id=staff.association_id
    )
    return visible_to(staff).filter(
        ~Exists(elsewhere), doctor__user__is_active=True, doctor__in=doctors_policy.visible_to(staff, on)
    )


def viewings_begun_by(staff: Staff, on: date) -> QuerySet[Viewing]:
    """その人が始めた閲覧で、根拠がいまもあるもの。時間の過ぎたものも含む。"""
    return Viewing.objects.filter(
        by_user_id=staff.user_id, association_id=staff.association_id, application__in=viewable_by(staff, on)
    ).select_related("application", "application__doctor")


def viewings_open_to(staff: Staff, at: datetime) -> QuerySet[Viewing]:
    """その人が始めた閲覧で、まだ時間の過ぎていないもの。"""
    return viewings_begun_by(staff, localdate(at)).filter(until_at__gt=at)


def viewings_of(doctor: Doctor) -> QuerySet[Viewing]:
    """医師の画面を事務局が見たことの記録。医師本人に見せる。"""
    return Viewing.objects.filter(application__doctor=doctor).select_related("application", "association")


def shown_in(viewing: Viewing) -> QuerySet[CompletionApplication]:
    """閲覧のあいだに見える修了申請：その医師のもののうち、閲覧する医師会が申請先のもの。"""
    return owned_by(viewing.doctor).filter(destination_id=viewing.association_id)
