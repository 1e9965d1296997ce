"""利用者登録の申込みを受ける。"""

from datetime import date, datetime

from django.db import transaction

from mamis.accounts.operations.tries import MustWait, count_reset
from mamis.doctors import tasks
from mamis.doctors.models import RegistrationLetter, RegistrationLink
from mamis.doctors.operations.letters import check_letter
from mamis.japanese.folding import fold_identifier


def ask_to_register(mail_address: str, *, address: str, at: datetime, letter: RegistrationLetter | None = None) -> None:
    """利用者登録を申し込む。

    登録のあるメールアドレスでも、ないものでも、同じ行を書き、同じ仕事を預ける。見分けるのは、応答したあとの裏方である。
    """
    folded = fold_identifier(mail_address)
    try:
        _hand_over(folded, letter, address, at)
    except MustWait:
        return


def use_letter(code: str, birth_on: date, mail_address: str, *, address: str, at: datetime) -> None:
    """ご案内の紙から申し込む。コードと生年月日が合えば、メールアドレスを確かめるリンクが届く。"""
    ask_to_register(mail_address, address=address, at=at, letter=check_letter(code, birth_on, address=address, at=at))


@transaction.atomic
def _hand_over(folded: str, letter: RegistrationLetter | None, address: str, at: datetime) -> None:
    # ならした名前に空白は残らないので、再設定の申込みの数とは重ならない。
    count_reset(f"registration {folded}", address, at=at)
    link = RegistrationLink.objects.create(mail_address=folded, letter=letter, asked_at=at)
    tasks.offer.defer(link=link.pk)
