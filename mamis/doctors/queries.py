"""医師についての検索。"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from mamis.accounts.models import User
from mamis.doctors.models import Doctor, Licence, Workplace
from mamis.japanese.folding import digits, fold


def matching(doctors: QuerySet[Doctor], words: str) -> QuerySet[Doctor]:
    """氏名・カナの一部、または医籍登録番号の一部が合う医師。"""
    number = digits(words)
    if number:
        held = Licence.objects.filter(doctor=OuterRef("pk"), number__contains=number)
        return doctors.filter(Exists(held))
    folded = fold(words)
    return doctors.filter(search_name__contains=folded) if folded else doctors


def current_licence(doctor: Doctor) -> Licence | None:
    """いまの医籍の登録。"""
    return Licence.objects.filter(doctor=doctor, ended_on=None).first()


def current_number(doctor: str) -> Subquery:
    """一覧に添える、いまの医籍登録番号。`doctor` は一覧の行から医師への道。"""
    return Subquery(Licence.objects.filter(doctor=OuterRef(doctor), ended_on=None).values("number")[:1])


def with_number(doctors: QuerySet[Doctor], number: str) -> Doctor | None:
    """いまの医籍登録番号がその番号である医師。日本の医籍を先に見る。"""
    held = doctors.filter(licences__number=number, licences__ended_on=None)
    return held.order_by("-licences__register", "pk").first()


def main_workplace(doctor: Doctor, on: date) -> Workplace | None:
    """その日の主たる施設。"""
    return (
        Workplace.objects.filter(doctor=doctor, is_main=True, from_on__lte=on)
        .filter(Q(until_on=None) | Q(until_on__gt=on))
        .select_related("facility", "facility__prefecture")
        .first()
    )


def words_of(user: User) -> tuple[str, ...]:
    """その利用者である医師をよく知る人なら思いつく言葉。パスワードには使えない（設定 PASSWORD_WORDS）。"""
    doctor = Doctor.objects.filter(user_id=user.pk).first()
    if doctor is None:
        return ()
    return (doctor.family_name, doctor.given_name, doctor.family_kana, doctor.given_kana, doctor.contact_address)
