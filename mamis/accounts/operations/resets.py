"""パスワードの再設定の申込みを受ける。"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mamis.accounts import policy, tasks
from mamis.accounts.operations.tries import MustWait, count_reset
from mamis.japanese.folding import fold_identifier

NOBODY = 0


def ask_for_reset(sign_in_name: str, *, address: str, at: datetime) -> None:
    """再設定を申し込む。

    登録のない名前でも同じ仕事を預ける。だれであるかを見て案内を送るのは、応答したあとの裏方である。
    そのため、応答の言葉も時間も、登録の有無によらない。
    """
    folded = fold_identifier(sign_in_name)
    try:
        _hand_over(folded, address, at)
    except MustWait:
        return


@transaction.atomic
def _hand_over(folded: str, address: str, at: datetime) -> None:
    count_reset(folded, address, at=at)
    user_id = policy.known_by(folded).values_list("pk", flat=True).first()
    tasks.offer_reset.defer(user=user_id or NOBODY)
