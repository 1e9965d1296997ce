"""届出と段について、だれが何を見て何ができるか。"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Doctor
from mamis.files.models import StoredFile
from mamis.membership.models import (
    Application,
    ApplicationHistory,
    Batch,
    ContactChange,
    Joining,
    Membership,
    OfficeNote,
    Printout,
    Sheet,
    SheetAnswer,
    Step,
)
from mamis.membership.workflow import State, StepState
from mamis.workflow.table import By


def owned_by(doctor: Doctor) -> QuerySet[Application]:
    """医師本人の届出。新しい順。"""
    return Application.objects.filter(doctor=doctor).select_related("doctor").order_by("-first_submitted_at", "-pk")


def visible_to(staff: Staff) -> QuerySet[Application]:
    """その医師会の段がある届出。段のない医師会からは、上の層でも見えない。"""
    own = Step.objects.filter(application=OuterRef("pk"), association_id=staff.association_id)
    return Application.objects.filter(Exists(own)).select_related("doctor")


def steps_visible_to(staff: Staff) -> QuerySet[Step]:
    """その医師会の段。"""
    return Step.objects.filter(association_id=staff.association_id).select_related(
        "application__doctor", "association", "category_before", "category"
    )


def steps_answerable_by(staff: Staff) -> QuerySet[Step]:
    """その人が決める行為を送ってよい段。すでに決まったものには、そのことを答える。自分に近い医師のものは除く。"""
    if not staff.may(Role.CLERK):
        return Step.objects.none()
    return steps_visible_to(staff).exclude(_own(staff))


def steps_decidable_by(staff: Staff) -> QuerySet[Step]:
    """その人がいま決められる段：届いていて、届出が止まっていないもの。"""
    return steps_answerable_by(staff).filter(state=StepState.OPEN, application__state=State.IN_REVIEW)


def steps_of_others_answerable_by(staff: Staff) -> QuerySet[Step]:
    """下の医師会の段で、期限が過ぎれば代わって決めてよいもの：自分の段も、その届出にあるものだけ。"""
    if not staff.may(Role.CLERK):
        return Step.objects.none()
    own = Step.objects.filter(application=OuterRef("application"), association_id=staff.association_id)
    below = Step.objects.filter(Exists(own), association__parent_id=staff.association_id)
    return below.exclude(_own(staff)).select_related(
        "application__doctor", "association", "category_before", "category"
    )


def steps_takeable_by(staff: Staff, on: date) -> QuerySet[Step]:
    """その人がいま代わって決められる段：期限の過ぎた、下の医師会のもの。"""
    return steps_of_others_answerable_by(staff).filter(
        state=StepState.OPEN, application__state=State.IN_REVIEW, due_on__lt=on
    )


def notes_visible_to(staff: Staff) -> QuerySet[OfficeNote]:
    """医師会のあいだの連絡：その届出に段のある医師会だけが読む。医師は、事務局の人であっても、自分のことは読めない。"""
    notes = OfficeNote.objects.filter(application__in=visible_to(staff))
    close = doctors_policy.close_to(staff.user_id)
    return notes.exclude(application__doctor__in=close).select_related("association").order_by("at", "pk")


def enterable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が紙の届出を代行入力できる医師：その医師会に見える医師のうち、自分に近い医師を除く。"""
    if not staff.may(Role.CLERK):
        return Doctor.objects.none()
    return doctors_policy.visible_to(staff, on).exclude(pk__in=doctors_policy.close_to(staff.user_id))


def printouts_of(staff: Staff, on: date) -> QuerySet[Printout]:
    """その人が開き、片付けられる印刷した用紙：その医師会のもので、いまその医師の届出を代行入力できるもの。"""
    ours = Printout.objects.filter(association_id=staff.association_id, doctor__in=enterable_by(staff, on))
    return ours.select_related("doctor", "printed_by", "application")


def members_changeable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が会員区分をまとめて変える相手になりうる医師：いまその医師会の会員で、その医師会に見える医師。

    自分に近い医師も含む。届け出られないことを、わけとともに見せるためである。届け出るときに断る。
    """
    if not staff.may(Role.CLERK):
        return Doctor.objects.none()
    seat = Membership.objects.filter(
        Q(left_on=None) | Q(left_on__gt=on),
        doctor=OuterRef("pk"),
        association_id=staff.association_id,
        joined_on__lte=on,
    )
    return doctors_policy.visible_to(staff, on).filter(Exists(seat))


def batches_of(staff: Staff) -> QuerySet[Batch]:
    """その医師会で、まとめて決めたり変えたりした記録。"""
    return Batch.objects.filter(association_id=staff.association_id).select_related("staff__user", "staff__association")


def steps_reenterable_by(staff: Staff) -> QuerySet[Step]:
    """その人が、直した紙を代行入力できる、差し戻した段。"""
    return steps_answerable_by(staff).filter(state=StepState.RETURNED)


def scans_of(application: Application) -> QuerySet[StoredFile]:
    """紙の届出の写し。見てよいのは、その届出を見てよい人である。"""
    return StoredFile.objects.filter(pk__in=Sheet.objects.filter(application=application).values("scan"))


def evidence_of(application: Application) -> QuerySet[StoredFile]:
    """会員情報の変更を証明する書類の写し。見てよいのは、その届出を見てよい人である。"""
    return StoredFile.objects.filter(pk__in=Sheet.objects.filter(application=application).values("evidence"))


def answers_visible_to(staff: Staff) -> QuerySet[SheetAnswer]:
    """医師会の尋ねたことへの答え：尋ねた医師会だけが読む。同じ届出を決めるほかの医師会からは、上の層でも見えない。"""
    answers = SheetAnswer.objects.filter(item__association_id=staff.association_id)
    return answers.select_related("item__association", "file").order_by("sheet", "position")


def answers_retypable_by(staff: Staff, sheet: Sheet) -> QuerySet[SheetAnswer]:
    """直した紙を写すときに出してよい、前の答え：自分の医師会が尋ねたことと、自分の医師会が写した紙のもの。"""
    if sheet.entered_for_id != staff.association_id:
        return answers_visible_to(staff).filter(sheet=sheet)
    return SheetAnswer.objects.filter(sheet=sheet).select_related("item__association", "file").order_by("position")


def attachments_visible_to(staff: Staff, application: Application) -> QuerySet[StoredFile]:
    """入会のときの添付。見てよいのは、それを求めた医師会である。"""
    answers = answers_visible_to(staff).filter(sheet__application=application)
    return StoredFile.objects.filter(pk__in=answers.values("file"))


def contact_changes_of(doctor: Doctor) -> QuerySet[ContactChange]:
    """医師本人が、自宅の連絡先を変えたこと。新しい順。"""
    return ContactChange.objects.filter(doctor=doctor).order_by("-changed_at", "-pk")


def contact_changes_visible_to(staff: Staff) -> QuerySet[ContactChange]:
    """変えた日に、その医師会の会員だった医師のもの。あとから入会した医師会や、退会のあとのことは見えない。新しい順。"""
    held = Membership.objects.filter(
        Q(left_on=None) | Q(left_on__gt=OuterRef("day")),
        doctor=OuterRef("doctor"),
        association_id=staff.association_id,
        joined_on__lte=OuterRef("day"),
    )
    changes = ContactChange.objects.alias(day=TruncDate("changed_at"))
    return changes.filter(Exists(held)).select_related("doctor").order_by("-changed_at", "-pk")


def steps_entered_by(staff: Staff) -> QuerySet[Step]:
    """その人が紙から代行入力した届出の、その医師会の段。"""
    entered = Sheet.objects.filter(application=OuterRef("application"), entered_by_id=staff.user_id)
    return steps_visible_to(staff).filter(Exists(entered))


def joinings_visible_to(staff: Staff) -> QuerySet[Joining]:
    """その医師会の名簿からの、入会の確認のお願い。よその医師会からは、上の層でも見えない。"""
    return Joining.objects.filter(association_id=staff.association_id).select_related(
        "association", "doctor", "facility", "application"
    )


def joinings_changeable_by(staff: Staff) -> QuerySet[Joining]:
    """その人が、もう一度送り、宛先を直し、取り消してよいお願い：一般以上の人が、自分の医師会のものを。"""
    return joinings_visible_to(staff) if staff.may(Role.CLERK) else Joining.objects.none()


def may_decide(staff: Staff, step: Step) -> bool:
    """自分が代行入力した届出は、ほかに決められる担当者がいないときだけ、自分で決められる。"""
    entered = step.application.sheet.entered_by_id == staff.user_id
    return not entered or not deciders_besides(staff, step).exists()


def deciders_besides(staff: Staff, step: Step) -> QuerySet[Staff]:
    """その段を決められる、ほかの担当者。"""
    doctor = step.application.doctor
    return (
        Staff.objects.filter(
            association_id=step.association_id, role__gte=Role.CLERK, ended_at=None, user__is_active=True
        )
        .exclude(user_id=staff.user_id)
        .exclude(user_id=doctor.user_id or 0)
        .exclude(user_id__in=doctor.delegations.filter(ended_at=None, user__isnull=False).values("user_id"))
    )


def _own(staff: Staff) -> Q:
    """自分と、代理を引き受けた医師のもの、代理として出したもの。"""
    acted = ApplicationHistory.objects.filter(
        application=OuterRef("application"), party=By.DOCTOR.value, by_user_id=staff.user_id
    )
    return Q(application__doctor__in=doctors_policy.close_to(staff.user_id)) | Q(Exists(acted))
