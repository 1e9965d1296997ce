"""二つの TOP に載せること。ほかの部屋に尋ねて、並べるだけである。"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mamis.associations import policy as association_policy
from mamis.associations import queries as association_queries
from mamis.associations.models import Staff
from mamis.doctors import policy as doctors_policy
from mamis.doctors import queries as doctors_queries
from mamis.doctors.models import Doctor
from mamis.japanese.calendar import months_before
from mamis.mail import policy as mail_policy
from mamis.mail import queries as mail_queries
from mamis.membership import policy as membership_policy
from mamis.membership import queries as membership_queries
from mamis.membership.moving import begun_by
from mamis.training import policy as training_policy
from mamis.training import queries as training_queries
from mamis.training.queries import Waiting
from mamis.training.workflow import State
from mamis.wizard.queries import KEPT

MONTHS_SHOWN = 12
DAYS_TOO_LONG = 10


def mypage(doctor: Doctor, *, at: datetime) -> dict[str, Any]:
    """マイページTOP。"""
    standing = training_queries.standing(doctor, at)
    evaluation = standing.evaluation
    returned = training_queries.last_return(standing.application) if standing.is_returned else None
    received = mail_queries.to_addresses_in_use(mail_policy.owned_by(doctor.pk, doctor.user_id))
    bounced = mail_queries.bounced(received).first()
    drafted = standing.draft is not None and not standing.is_returned
    moves = [
        {
            "application": one,
            "steps": list(one.steps.all()),
            "stopped": membership_queries.stopped_at(one) if one.is_stopped else None,
        }
        for one in membership_queries.live(membership_policy.owned_by(doctor))
    ]
    stopped = [one for one in moves if one["application"].is_stopped]
    correcting = {one["application"].receipt_no for one in stopped}
    move_drafts = [one for one in begun_by(doctor, at) if one.draft.subject not in correcting]
    may_apply = standing.may_begin and evaluation is not None and evaluation.is_met and not drafted
    return {
        "today": timezone.localdate(at),
        "standing": standing,
        "returned": returned,
        "bounced": bounced,
        "drafted": drafted,
        "draft_kept_until": standing.draft.written_at + KEPT if standing.draft else None,
        "may_apply": may_apply,
        "things_to_do": sum((returned is not None, bounced is not None, drafted, may_apply))
        + len(stopped)
        + len(move_drafts),
        "moves": moves,
        "stopped_moves": stopped,
        "move_drafts": move_drafts,
        "seats": membership_queries.seats(doctor, timezone.localdate(at)),
    }


def office(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """事務局TOP。"""
    today = timezone.localdate(at)
    applications = training_policy.visible_to(staff)
    waiting: Waiting = training_queries.waiting(applications)
    first = months_before(today.replace(day=1), MONTHS_SHOWN - 1)
    counts = training_queries.submitted_by_month(applications, _midnight(first))
    undelivered = list(_untold(staff)[:2])
    deadline = association_queries.deadline_notice(today)
    administrators = association_policy.administrators(staff.association)
    return {
        "today": today,
        "applications": membership_queries.waiting(membership_policy.steps_visible_to(staff), today),
        "registrations": doctors_queries.waiting(doctors_policy.registrations_visible_to(staff)),
        "deadline": deadline,
        "has_few_administrators": staff.is_administrator
        and not staff.is_acting
        and association_queries.has_few_administrators(administrators),
        "short_below": _short_below(staff),
        "notice": None if staff.association.inquiry_address else deadline,
        "administrators": administrators,
        "missing_below": _missing_below(staff),
        "waiting": waiting,
        "waiting_days": (today - timezone.localdate(waiting.oldest_at)).days if waiting.oldest_at else 0,
        "too_long": _too_long(staff, today),
        "days_too_long": DAYS_TOO_LONG,
        "undelivered": undelivered,
        "undelivered_count": _untold(staff).count() if len(undelivered) > 1 else len(undelivered),
        "months": [(month, counts.get(month, 0)) for month in _months(first)],
    }


def handover(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """引き継ぎ書。次の担当者が、この一枚で始められるだけのこと。"""
    association, today = staff.association, timezone.localdate(at)
    people = list(association_queries.with_dormancy(association_policy.manageable_by(staff), at))
    return {
        "today": today,
        "at": at,
        "association": association,
        "people": people,
        "has_few_administrators": association_queries.has_few_administrators(people),
        "invitations": association_policy.invitations_manageable_by(staff),
        "president": association_queries.president_on(association, today),
        "waiting": training_queries.waiting(training_policy.visible_to(staff)),
        "undelivered": _untold(staff).count(),
        "manual": f"{settings.BASE_URL}{reverse('manual_book', args=['office'])}",
        "sign_in": f"{settings.BASE_URL}{reverse('account_login')}",
    }


def _untold(staff: Staff) -> Any:
    """届かず、紙や電話でもまだ知らせていないメール。"""
    return mail_queries.untold(mail_policy.tellable_by(staff.association_id)).order_by("-created_at", "-pk")


def _missing_below(staff: Staff) -> int:
    """見守る医師会のうち、通知先のないものの数。"""
    if staff.association.is_district:
        return 0
    return association_queries.without_inquiry_address(association_policy.below(staff)).count()


def _short_below(staff: Staff) -> int:
    """見守る医師会のうち、管理者が二人に足りないものの数。"""
    if staff.association.is_district:
        return 0
    return association_queries.short_of_administrators(association_policy.below(staff)).count()


def _too_long(staff: Staff, today: date) -> int:
    """待ちが長くなった修了申請の数。"""
    limit = _midnight(today - timedelta(days=DAYS_TOO_LONG))
    return training_policy.visible_to(staff).filter(state=State.SUBMITTED, submitted_at__lt=limit).count()


def _months(first: date) -> list[date]:
    months = [first]
    while len(months) < MONTHS_SHOWN:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
