"""利用者登録のご案内：窓口で渡す紙を作り、一回だけ使わせる。"""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from mamis.accounts.operations import NameTaken, create_user
from mamis.accounts.operations.tries import count_sign_in, forgive_sign_in
from mamis.associations.models import Staff
from mamis.doctors.mails import RegistrationCompleted, RegistrationFacts, RegistrationNoticed
from mamis.doctors.models import Doctor, RegistrationLetter
from mamis.doctors.operations.links import RegistrationLinkDead, locked_link
from mamis.doctors.operations.registrations import RecordTaken, link_user
from mamis.doctors.rules import LETTER_LIVES, LETTER_TRIES, LONGEST_USER_NAME, folded_code, letter_code
from mamis.mail.outbox import post


class LetterRefused(Exception):
    """コードか生年月日が違うか、ご案内がもう使えない。どれであるかは言わない。"""

    def __init__(self) -> None:
        super().__init__(
            "ご案内のコードか生年月日が違うか、ご案内の期限が過ぎています。紙をもう一度ご覧になるか、"
            "ご案内をした医師会へお電話ください。"
        )


@transaction.atomic
def make_letter(doctor: Doctor, *, by: Staff, at: datetime) -> RegistrationLetter:
    """ご案内を作る。前のご案内は使えなくなる。もうログインできる医師なら RecordTaken。"""
    doctor = Doctor.objects.select_for_update().get(pk=doctor.pk)
    if doctor.user_id is not None:
        raise RecordTaken
    RegistrationLetter.objects.filter(doctor=doctor, used_at=None, ended_at=None).update(ended_at=at)
    seed = secrets.token_hex(16)
    return RegistrationLetter.objects.create(
        doctor=doctor,
        association_id=by.association_id,
        made_by_id=by.user_id,
        made_at=at,
        expires_at=at + LETTER_LIVES,
        seed=seed,
        code=_sealed(code_of(seed)),
    )


def code_of(seed: str) -> str:
    """紙に刷るコード。紙を刷るときに、そのつど作る。データベースだけからは作れない。"""
    return letter_code(salted_hmac("mamis.doctors.letter", seed, algorithm="sha256").digest())


def check_letter(code: str, birth_on: date, *, address: str, at: datetime) -> RegistrationLetter:
    """コードと生年月日の合うご案内。誤りは数え、続けば MustWait、さらに続けばご案内が使えなくなる。"""
    folded = folded_code(code)
    # ならした名前に空白は残らないので、ログインに使う名前の数とは重ならない。
    counted_as = f"letter {folded}"
    count_sign_in(counted_as, address, at=at)
    letter = _matching(folded, birth_on, at)
    if letter is None:
        raise LetterRefused
    forgive_sign_in(counted_as, address, at=at)
    return letter


@transaction.atomic
def finish_letter(key: str, password: str | None, *, at: datetime) -> Doctor:
    """メールで確かめた人が、ご案内を使う。同時に二度使っても、通るのは一度だけ。"""
    link = locked_link(key, at=at)
    if link.letter_id is None:
        raise RegistrationLinkDead
    letter = (
        RegistrationLetter.objects.select_for_update(of=("self",)).select_related("association").get(pk=link.letter_id)
    )
    doctor = Doctor.objects.select_for_update().get(pk=letter.doctor_id)
    if link.used_at is not None:
        return doctor
    if not letter.is_open(at) or doctor.user_id is not None:
        raise RegistrationLinkDead
    try:
        name = doctor.name[:LONGEST_USER_NAME]
        user = link.user or create_user(email=link.mail_address, name=name, password=password, at=at)
        record_address = doctor.contact_address
        link_user(doctor, user, link.mail_address, at=at)
    except NameTaken as error:
        raise RegistrationLinkDead from error
    letter.used_at = link.used_at = at
    letter.save(update_fields=("used_at",))
    link.save(update_fields=("used_at",))
    office = letter.association
    facts = RegistrationFacts(
        about_doctor_id=doctor.pk,
        responsible_association_id=office.pk,
        address=link.mail_address,
        user_id=user.pk,
        name=doctor.name,
        office_name=office.name,
        office_telephone=office.telephone,
        office_hours=office.hours,
        record_address=record_address,
    )
    post(RegistrationCompleted(facts), at=at)
    post(RegistrationNoticed(facts), at=at)
    return doctor


@transaction.atomic
def _matching(folded: str, birth_on: date, at: datetime) -> RegistrationLetter | None:
    letter = (
        RegistrationLetter.objects.select_for_update(of=("self",))
        .select_related("doctor")
        .filter(code=_sealed(folded))
        .first()
    )
    if letter is None or not letter.is_open(at):
        return None
    if letter.doctor.birth_on == birth_on:
        return letter
    letter.failures += 1
    letter.ended_at = at if letter.failures >= LETTER_TRIES else None
    letter.save(update_fields=("failures", "ended_at"))
    return None


def _sealed(code: str) -> str:
    """元に戻せない形のコード。"""
    return salted_hmac("mamis.doctors.letter.code", folded_code(code), algorithm="sha256").hexdigest()
