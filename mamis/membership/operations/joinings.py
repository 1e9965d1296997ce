"""研修医の名簿からの入会：お願いし、もう一度送り、ご本人が確かめるか辞退し、期限が過ぎる。"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from mamis.accounts.models import User
from mamis.accounts.operations.tries import count_sign_in, forgive_sign_in
from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.associations.rules import Duty
from mamis.doctors import queries as doctors_queries
from mamis.doctors.models import Doctor
from mamis.doctors.operations import DoctorFacts, amend_doctor, as_office, lock_number, register_doctor
from mamis.doctors.rules import is_same_person
from mamis.japanese.folding import fold
from mamis.membership import policy, queries
from mamis.membership.models import Application, Joining, JoiningSeat
from mamis.membership.operations.applications import submit_application
from mamis.membership.operations.refusals import (
    AlreadyMember,
    BirthDiffers,
    JoiningLinkDead,
    RecordDiffers,
    SentToRegistered,
)
from mamis.membership.operations.requests import Request, WorkWanted
from mamis.membership.rules import JOINING_WAITS
from mamis.membership.workflow import JoiningEvent, JoiningState
from mamis.workflow.table import Actor, By

TASK, QUEUE = "membership.remind_joinings", "imports"
CLOCK = Actor(By.CLOCK, "自動")


@dataclass(frozen=True)
class JoiningEntry:
    """名簿の一行：だれが、どの施設で、いつから、どの医師会のどの会員区分で。"""

    number: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_on: date
    mail_address: str
    joined_on: date
    seats: Mapping[int, int]
    facility_id: int | None = None
    unlisted_name: str = ""
    registered_on: date | None = None
    sex: str = ""
    doctor_id: int | None = None


# 医師会のすること


@transaction.atomic
def ask_to_join(entries: Sequence[JoiningEntry], *, list_number: int, by: Staff, at: datetime) -> list[Joining]:
    """名簿の一人ずつに、入会の確認をメールでお願いする。"""
    asked = [_ask(entry, list_number=list_number, by=by, at=at) for entry in entries]
    JoiningSeat.objects.bulk_create(
        JoiningSeat(joining=joining, association_id=association, category_id=category)
        for joining, entry in zip(asked, entries, strict=True)
        for association, category in entry.seats.items()
    )
    return asked


def _ask(entry: JoiningEntry, *, list_number: int, by: Staff, at: datetime) -> Joining:
    facts = {name: value for name, value in vars(entry).items() if name != "seats"}
    joining = Joining(
        **facts,
        association=by.association,
        list_number=list_number,
        search_name=_search_name(entry),
        seed=secrets.token_hex(16),
        asked_at=at,
        state=JoiningState.NEW,
    )
    _send(joining, JoiningEvent.ASK, by=by, at=at)
    return joining


def _search_name(entry: JoiningEntry) -> str:
    return f"{fold(entry.family_name + entry.given_name)} {fold(entry.family_kana + entry.given_kana)}"


def _send(joining: Joining, event: JoiningEvent, *, by: Staff, at: datetime) -> None:
    """リンクを送る。返事の期限は、送るたびに延びる。"""
    joining.path = reverse("joining_link", args=[joining_key(joining)])
    joining.advance(event, by=as_office(by), at=at, sent_at=at, last_on=localdate(at) + JOINING_WAITS)


def joining_key(joining: Joining) -> str:
    """送った先に結びついた鍵。アドレスを直すと、前のリンクは使えなくなる。"""
    return f"{joining.seed}-{_sealed(joining, 'key', joining.mail_address)}"


def _sealed(joining: Joining, *parts: str) -> str:
    text = "|".join((joining.seed, *parts))
    return salted_hmac("mamis.membership.joining", text, algorithm="sha256").hexdigest()


@transaction.atomic
def remind_joining(joining: Joining, *, by: Staff, at: datetime) -> Joining:
    """一人に、もう一度送る。一日に一度まで。きょう送っていれば、何もしない。"""
    joining = _locked(joining)
    if localdate(joining.sent_at) < localdate(at):
        _send(joining, JoiningEvent.REMIND, by=by, at=at)
    return joining


def remind_list(list_number: int, *, by: Staff, at: datetime) -> int:
    """その名簿の、まだ返事のない方へ、裏方にもう一度送らせる。きょう送った方を除く。送る数を返す。"""
    number = queries.remindable(policy.joinings_changeable_by(by), list_number, localdate(at)).count()
    if number:
        app.configure_task(TASK, queue=QUEUE, lock=f"{TASK}.{by.association_id}").defer(
            code=by.association.code, user=by.user_id, list_number=list_number
        )
    return number


def send_reminders(code: str, user_id: int, list_number: int, *, at: datetime) -> int:
    """裏方が、一人ずつ送る。頼んだ人が務めを終えていれば、送らない。倒れて始めからになっても、二度は送らない。"""
    by = associations_policy.staff_at(User.objects.get(pk=user_id), code)
    if by is None:
        return 0
    found = list(queries.remindable(policy.joinings_changeable_by(by), list_number, localdate(at)))
    return sum(remind_unanswered(joining, by=by, at=at) for joining in found)


@transaction.atomic
def remind_unanswered(joining: Joining, *, by: Staff, at: datetime) -> bool:
    """もう一度送る。読んだあとに返事があったか、ほかの人が送っていれば、何もしない。"""
    joining = _locked(joining)
    if not joining.is_unanswered or localdate(joining.sent_at) >= localdate(at):
        return False
    _send(joining, JoiningEvent.REMIND, by=by, at=at)
    return True


@transaction.atomic
def correct_joining(joining: Joining, mail_address: str, *, by: Staff, at: datetime) -> Joining:
    """メールアドレスを直して、送り直す。ご本人の登録メールアドレスへ送っているものなら SentToRegistered。"""
    joining = _locked(joining)
    if joining.goes_to_registered:
        raise SentToRegistered
    joining.mail_address = mail_address
    _send(joining, JoiningEvent.CORRECT, by=by, at=at)
    return joining


@transaction.atomic
def cancel_joining(joining: Joining, *, by: Staff, at: datetime) -> Joining:
    """お願いを取り消す。リンクは使えなくなる。"""
    joining = _locked(joining)
    joining.advance(JoiningEvent.CANCEL, by=as_office(by), at=at)
    return joining


@transaction.atomic
def cancel_unanswered(pks: Sequence[int], *, by: Staff, at: datetime) -> set[int]:
    """名簿の取り込みを取り消す。まだ返事のないお願いを取り消し、その番号を返す。"""
    rows = Joining.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    unanswered = [one for one in rows if one.is_unanswered]
    for joining in unanswered:
        joining.advance(JoiningEvent.CANCEL, by=as_office(by), at=at)
    return {one.pk for one in unanswered} | {one.pk for one in rows if one.state == JoiningState.CANCELLED}


def expire_joinings(*, at: datetime) -> int:
    """返事の期限の過ぎたお願いを、期限切れにする。その数を返す。"""
    late = list(Joining.objects.filter(state=JoiningState.WAITING, last_on__lt=localdate(at)).order_by("last_on", "pk"))
    return sum(expire_joining(joining, at=at) for joining in late)


@transaction.atomic
def expire_joining(joining: Joining, *, at: datetime) -> bool:
    """期限切れにする。読んだあとに返事があったか、もう一度送られていれば、何もしない。"""
    joining = _locked(joining)
    if joining.state != JoiningState.WAITING or localdate(at) <= joining.last_on:
        return False
    joining.advance(JoiningEvent.EXPIRE, by=CLOCK, at=at)
    return True


# ご本人のすること


def read_joining(key: str) -> Joining:
    """その鍵のお願い。返事のあったものも含む。鍵が違えば JoiningLinkDead。"""
    joining = queries.joining_with(key.partition("-")[0])
    if joining is None or not constant_time_compare(key, joining_key(joining)):
        raise JoiningLinkDead
    return joining


def open_joining(key: str, *, at: datetime) -> Joining:
    """その鍵の、まだ返事のできるお願い。"""
    joining = read_joining(key)
    _require_open(joining, at)
    return joining


def prove_joining(joining: Joining, birth_on: date, *, address: str, at: datetime) -> str:
    """生年月日が合えば、確かめた印を返す。誤りは数え、続けば MustWait。"""
    counted_as = f"joining {joining.pk}"
    count_sign_in(counted_as, address, at=at)
    if joining.birth_on != birth_on:
        raise BirthDiffers
    forgive_sign_in(counted_as, address, at=at)
    return proof_of(joining)


def proof_of(joining: Joining) -> str:
    """生年月日を確かめた印。鍵を持つだけでは作れない。"""
    return _sealed(joining, "proof", joining.mail_address, joining.birth_on.isoformat())


def is_proven(joining: Joining, proof: str) -> bool:
    """その印が、このお願いのものか。"""
    return constant_time_compare(proof, proof_of(joining))


@transaction.atomic
def confirm_joining(joining: Joining, *, at: datetime) -> Application:
    """名簿のとおりに入会を申請する。二度送っても、同じ一件になる。

    もう会員なら AlreadyMember、同じ番号の記録と合わなければ RecordDiffers、ほかは届け出るときの断り。
    """
    joining = _locked(joining)
    if joining.application is not None:
        return joining.application
    _require_open(joining, at)
    doctor = _doctor_of(joining)
    if queries.holds_seat(doctor, localdate(at)):
        raise AlreadyMember
    application = submit_application(doctor, _request(joining), at=at)
    joining.advance(
        JoiningEvent.CONFIRM,
        by=Actor(By.DOCTOR, doctor.name, user_id=doctor.user_id),
        at=at,
        doctor=doctor,
        application=application,
        answered_at=at,
    )
    return application


@transaction.atomic
def decline_joining(joining: Joining, note: str, *, at: datetime) -> Joining:
    """内容が違うか、申し込まない。わけは、お願いした医師会だけに見える。"""
    joining = _locked(joining)
    _require_open(joining, at)
    by = Actor(By.DOCTOR, joining.name, user_id=joining.doctor.user_id if joining.doctor else None)
    joining.advance(JoiningEvent.DECLINE, by=by, at=at, comment=note, note=note, answered_at=at)
    return joining


def _require_open(joining: Joining, at: datetime) -> None:
    if joining.state != JoiningState.WAITING or joining.last_on < localdate(at):
        raise JoiningLinkDead(joining)


def _doctor_of(joining: Joining) -> Doctor:
    """同じ番号の記録の医師。なければ、名簿のとおりに、ログインのない医師の記録を作る。"""
    lock_number(joining.number)
    record = next(iter(doctors_queries.records_with(joining.identity)), None)
    if record is None:
        return _register(joining)
    if not is_same_person(joining.identity, record.identity):
        raise RecordDiffers
    doctor = record.doctor
    if not doctor.contact_address:
        amend_doctor(doctor, {"contact_address": joining.mail_address})
    return doctor


def _register(joining: Joining) -> Doctor:
    return register_doctor(
        DoctorFacts(
            family_name=joining.family_name,
            given_name=joining.given_name,
            family_kana=joining.family_kana,
            given_kana=joining.given_kana,
            licence_number=joining.number,
            registered_on=joining.registered_on,
            sex=joining.sex,
            birth_on=joining.birth_on,
            contact_address=joining.mail_address,
        )
    )


def _request(joining: Joining) -> Request:
    prefecture = joining.association.prefecture_id or ""
    work = WorkWanted(joining.facility_id, joining.unlisted_name, prefecture, Duty.RESIDENT)
    return Request(
        after={seat.association_id: seat.category_id for seat in joining.seats.all()},
        effective_on=joining.joined_on,
        work=work,
        is_asked=False,
    )


def _locked(joining: Joining) -> Joining:
    """鍵で押さえ、読み直したお願い。"""
    return (
        Joining.objects.select_for_update(of=("self",))
        .select_related("association", "doctor", "application")
        .get(pk=joining.pk)
    )
