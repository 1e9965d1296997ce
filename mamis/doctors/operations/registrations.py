"""利用者登録：申し込むこと、医師会が確かめること。"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from mamis.accounts import policy as accounts_policy
from mamis.accounts.models import SignInName, User
from mamis.accounts.operations import NameTaken, create_user, deactivate_user, set_sign_in_names
from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.doctors import policy, queries
from mamis.doctors.models import Doctor, Registration, RegistrationLink
from mamis.doctors.operations.acting import as_office, lock_number
from mamis.doctors.operations.facilities import FacilityFacts, register_facility
from mamis.doctors.operations.links import RegistrationLinkDead, correction_link, locked_link
from mamis.doctors.operations.records import DoctorFacts, begin_work, open_sight, register_doctor
from mamis.doctors.queries import Record
from mamis.doctors.rules import LONGEST_USER_NAME, Ground, Identity, agrees_in_all
from mamis.doctors.workflow import LIVE, REGISTRATION, Event, State
from mamis.files.models import StoredFile
from mamis.japanese.folding import fold
from mamis.workflow.table import Actor, By

Kind = SignInName.Kind
NOBODY = 0


class RegistrationIsStale(Exception):
    """画面を開いたあとに、登録か記録が変わった。"""

    def __init__(self) -> None:
        super().__init__("画面を開いたあとに、内容が変わりました。もう一度ご確認のうえ、決定してください。")


class OwnRegistration(Exception):
    """自分の登録は、自分では決められない。"""

    def __init__(self) -> None:
        super().__init__("ご自身の登録は、ほかの担当者にお願いしてください。")


class RecordTaken(Exception):
    """その医師には、もうログインする人がいる。"""

    def __init__(self) -> None:
        super().__init__(
            "この医籍登録番号の医師は、すでに利用者登録を終えています。ご本人に電話で確かめ、"
            "二重の登録なら、理由を添えて却下してください。"
        )


class RecordNotSeen(Exception):
    """照らし合わせる記録が、この医師会には見えない。"""

    def __init__(self) -> None:
        super().__init__("この登録は、いまこの医師会では確認できません。却下して、もう一度登録していただいてください。")


@dataclass(frozen=True)
class Applicant:
    """利用者登録で打たれたこと。"""

    number: str
    registered_on: date
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_on: date
    work_prefecture_code: str
    facility_name: str
    home_prefecture_code: str = ""

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def identity(self) -> Identity:
        return Identity(self.number, self.registered_on, f"{self.family_kana} {self.given_kana}", self.birth_on)


@transaction.atomic
def finish_registration(key: str, applicant: Applicant, password: str | None, *, at: datetime) -> Registration:
    """リンクを使って申し込む。二度送っても、同じ一件になる。

    利用者がまだいなければ、打たれたパスワードで作る。同じメールアドレスが先に使われていれば RegistrationLinkDead。
    """
    link = locked_link(key, at=at)
    if link.registration is not None and link.used_at is not None:
        return link.registration
    try:
        registration = _apply(link, applicant, password, at)
    except NameTaken as error:
        raise RegistrationLinkDead from error
    link.registration, link.answers, link.used_at = registration, {}, at
    link.save()
    return registration


def _apply(link: RegistrationLink, applicant: Applicant, password: str | None, at: datetime) -> Registration:
    if link.registration is not None:
        return resubmit_registration(link.registration, applicant, at=at)
    name = applicant.name[:LONGEST_USER_NAME]
    user = link.user or create_user(email=link.mail_address, name=name, password=password, at=at)
    return submit_registration(applicant, user=user, mail_address=link.mail_address, at=at)


@transaction.atomic
def submit_registration(applicant: Applicant, *, user: User, mail_address: str, at: datetime) -> Registration:
    """申し込む。すべてが一つの記録と合えばその場で結び、ほかは医師会の確認を待つ。"""
    registration = Registration(
        receipt_no=f"R{localdate(at):%Y-%m%d}-{_next():04d}", user=user, mail_address=mail_address, state=State.NEW
    )
    return _send(registration, applicant, at=at)


@transaction.atomic
def resubmit_registration(registration: Registration, applicant: Applicant, *, at: datetime) -> Registration:
    """差し戻された登録を直して、もう一度申し込む。"""
    registration = _locked(registration)
    REGISTRATION.fire(Event.SUBMIT, State(registration.state), By.DOCTOR)
    return _send(registration, applicant, at=at)


@transaction.atomic
def attach_licence(registration: Registration, file: StoredFile, *, at: datetime) -> Registration:
    """本人が、医師免許証の写しを出す。決まったあとなら RegistrationIsStale。"""
    registration = _locked(registration)
    if registration.state not in LIVE:
        raise RegistrationIsStale
    registration.licence_file = file
    registration.save(update_fields=("licence_file",))
    return registration


@transaction.atomic
def accept_registration(registration: Registration, *, ground: str, seen: str, by: Staff, at: datetime) -> Registration:
    """確認したこととし、記録と結ぶ。記録のない医師は、打たれたとおりに記録を作る。

    もう別の人と結ばれていれば RecordTaken、この医師会に見えない記録なら RecordNotSeen。
    """
    registration = _decidable(registration, Event.ACCEPT, by=by)
    record = _locked_record(registration)
    _require_seen(registration, record, seen)
    day = localdate(at)
    if record is None:
        doctor = _new_record(registration, day)
    else:
        doctor = record.doctor
        if doctor.user_id is not None:
            raise RecordTaken
        keeper = queries.keeper_of(doctor, day)
        if keeper is None:
            open_sight(doctor, registration.desk, ground=Ground.WORKPLACE, on=day)
        elif not policy.visible_to(by, day).filter(pk=doctor.pk).exists():
            raise RecordNotSeen
    registration.advance(
        Event.ACCEPT,
        by=as_office(by),
        at=at,
        comment=ground,
        doctor=doctor,
        decided_at=at,
        decided_by_id=by.user_id,
    )
    link_user(doctor, registration.user, registration.mail_address, at=at)
    return registration


@transaction.atomic
def return_registration(registration: Registration, *, reason: str, seen: str, by: Staff, at: datetime) -> Registration:
    """理由を添えて本人に差し戻す。直すための新しいリンクが、本人にだけ届く。"""
    registration = _decidable(registration, Event.RETURN, by=by)
    _require_seen(registration, _locked_record(registration), seen)
    registration.correction_path = correction_link(registration, at=at)
    registration.advance(Event.RETURN, by=as_office(by), at=at, comment=reason)
    return registration


@transaction.atomic
def reject_registration(registration: Registration, *, reason: str, seen: str, by: Staff, at: datetime) -> Registration:
    """理由を添えて却下する。登録のために作られた利用者は使えなくなり、同じメールアドレスで申し込み直せる。"""
    registration = _decidable(registration, Event.REJECT, by=by)
    _require_seen(registration, _locked_record(registration), seen)
    registration.advance(Event.REJECT, by=as_office(by), at=at, comment=reason, decided_at=at, decided_by_id=by.user_id)
    user = registration.user
    if not associations_policy.serving(user).exists():
        set_sign_in_names(user, {Kind.EMAIL: ""}, by=by.user, at=at)
        deactivate_user(user, by=by.user, at=at)
    return registration


def link_user(doctor: Doctor, user: User, mail_address: str, *, at: datetime) -> None:
    """医師と利用者を結び、医籍登録番号と会員IDでもログインできるようにする。"""
    doctor.user = user
    doctor.contact_address = doctor.contact_address or mail_address
    doctor.save(update_fields=("user", "contact_address"))
    licence = queries.current_licence(doctor)
    names = {Kind.REGISTER_NUMBER: licence.number} if licence else {}
    if doctor.member_no:
        names[Kind.MEMBER_ID] = doctor.member_no
    set_sign_in_names(user, names, by=user, at=at)


def is_own(registration: Registration, staff: Staff) -> bool:
    """その人自身の登録か。別の利用者として申し込むこともできるので、氏名でも見る。"""
    return registration.user_id == staff.user_id or fold(registration.name) == fold(staff.user.name)


def _send(registration: Registration, applicant: Applicant, *, at: datetime) -> Registration:
    """打たれたものを書き、記録と照らし合わせて進める。"""
    day = localdate(at)
    registration.number = applicant.number
    registration.registered_on = applicant.registered_on
    registration.family_name, registration.given_name = applicant.family_name, applicant.given_name
    registration.family_kana, registration.given_kana = applicant.family_kana, applicant.given_kana
    registration.search_name = f"{fold(registration.name)} {fold(registration.kana)}"
    registration.birth_on = applicant.birth_on
    registration.facility_name = applicant.facility_name
    registration.work_prefecture_id = applicant.work_prefecture_code
    registration.home_prefecture_id = applicant.home_prefecture_code or None
    registration.submitted_at = at
    registration.desk = queries.prefecture_association(applicant.work_prefecture_code)
    record = _locked_record(registration)
    registration.doctor = record.doctor if record else None
    keeper = queries.keeper_of(record.doctor if record else None, day)
    registration.association = keeper or registration.desk
    actor = Actor(By.DOCTOR, registration.name, user_id=registration.user_id)
    if record is not None and _agrees(registration, record):
        registration.advance(Event.LINK, by=actor, at=at, decided_at=at)
        link_user(record.doctor, registration.user, registration.mail_address, at=at)
    else:
        registration.advance(Event.SUBMIT, by=actor, at=at)
    return registration


def _agrees(registration: Registration, record: Record) -> bool:
    """その場で結んでよいか：ただ一つの記録とすべてが合い、その番号にほかの人も、ほかの申込みもない。"""
    return (
        record.doctor.user_id is None
        and agrees_in_all(registration.identity, record.identity)
        and len(queries.records_with(registration.identity)) == 1
        and not queries.is_awaited(registration.number, besides=registration)
        and not accounts_policy.known_by(record.identity.number).exclude(pk=registration.user_id).exists()
    )


def _locked_record(registration: Registration) -> Record | None:
    """照らし合わせる記録。同じ番号の登録は、ここで一つずつ進む。

    記録がなくても、あるときと同じ数だけ尋ねる。答えるまでの時間が、番号のあるなしを教えないように。
    """
    lock_number(registration.number)
    records = queries.records_with(registration.identity)
    best = records[0] if records else None
    doctor = Doctor.objects.select_for_update().filter(pk=best.doctor.pk if best else NOBODY).first()
    return Record(doctor, best.identity) if best and doctor else None


def _new_record(registration: Registration, day: date) -> Doctor:
    """会員でない医師の記録。確かめた都道府県医師会に見えるようになる。"""
    doctor = register_doctor(
        DoctorFacts(
            family_name=registration.family_name,
            given_name=registration.given_name,
            family_kana=registration.family_kana,
            given_kana=registration.given_kana,
            licence_number=registration.number,
            registered_on=registration.registered_on,
            birth_on=registration.birth_on,
            contact_address=registration.mail_address,
            home_prefecture_code=registration.home_prefecture_id,
        )
    )
    facility = register_facility(FacilityFacts(registration.facility_name, registration.work_prefecture_id))
    begin_work(doctor, facility, on=day)
    open_sight(doctor, registration.desk, ground=Ground.WORKPLACE, on=day)
    return doctor


def _locked(registration: Registration) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("user", "doctor", "desk", "association", "work_prefecture")
        .get(pk=registration.pk)
    )


def _decidable(registration: Registration, event: Event, *, by: Staff) -> Registration:
    """鍵で押さえた登録。決まったあとなら NotAllowed、よその件なら RegistrationIsStale、自分のなら OwnRegistration。"""
    registration = _locked(registration)
    REGISTRATION.fire(event, State(registration.state), By.OFFICE)
    if registration.association_id != by.association_id:
        raise RegistrationIsStale
    if is_own(registration, by):
        raise OwnRegistration
    return registration


def _require_seen(registration: Registration, record: Record | None, seen: str) -> None:
    if seen != queries.fingerprint(registration, record):
        raise RegistrationIsStale


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('doctors_registration_seq')")
        return int(cursor.fetchone()[0])
