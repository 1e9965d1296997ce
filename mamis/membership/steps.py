"""届出の段階の表（newsletter Topic 02・03、architecture.md §5）。"""

from dataclasses import dataclass
from typing import Any

from mamis.associations.rules import Procedure
from mamis.membership.forms.entry import SlipForm
from mamis.membership.forms.mypage import (
    DetailsForm,
    DutiesForm,
    GroundsForm,
    JoiningDayForm,
    LeavingForm,
    PicksForm,
    ReasonForm,
    WorkplaceForm,
)
from mamis.membership.forms.questions import QuestionsForm
from mamis.membership.rules import PRINTOUT_KINDS, Reason
from mamis.wizard.steps import Answers, Step


def _chose(*reasons: Reason) -> Any:
    def chosen(answers: Answers, about: Any) -> bool:
        return any(one in about.reasons for one in reasons)

    return chosen


def _as_is(answers: Answers, about: Any) -> bool:
    """必要事項に変更がなく、そのまま最終確認へ進むのでないとき（Topic 02 の 8）。"""
    return not about.is_as_is


def _on_paper(answers: Answers, about: Any) -> bool:
    """紙の届出を、事務局が写しているとき。"""
    return bool(about.desk.is_office)


def _asked(answers: Answers, about: Any) -> bool:
    """新しく入会する医師会に、尋ねることがあるとき。"""
    return bool(about.items)


MOVING_STEPS = (
    Step("reason", "異動事由の選択", ReasonForm),
    Step("grounds", "事由の項目と所属医師会", GroundsForm, applies=_chose(Reason.CATEGORY, Reason.TRANSFER)),
    Step("destination", "異動先医師会の検索", PicksForm, applies=_chose(Reason.TRANSFER)),
    Step("review", "内容確認", applies=_chose(Reason.CATEGORY, Reason.TRANSFER)),
    Step("details", "必要事項の入力", DetailsForm, applies=_chose(Reason.CATEGORY, Reason.TRANSFER)),
    Step("workplace", "所属施設の選択", WorkplaceForm, applies=_as_is),
    Step("duties", "施設業務の選択と任意項目の入力", DutiesForm, applies=_as_is),
    Step("questions", "医師会からお尋ねすること", QuestionsForm, applies=_asked),
    Step("paper", "届出の紙", SlipForm, applies=_on_paper),
    Step("check", "最終確認"),
)
JOINING_STEPS = (
    Step("destination", "入会する医師会の検索", PicksForm),
    Step("day", "入会を希望する日", JoiningDayForm),
    Step("review", "内容確認"),
    Step("details", "必要事項の入力", DetailsForm),
    Step("workplace", "所属施設の選択", WorkplaceForm, applies=_as_is),
    Step("duties", "施設業務の選択と任意項目の入力", DutiesForm, applies=_as_is),
    Step("questions", "医師会からお尋ねすること", QuestionsForm, applies=_asked),
    Step("paper", "届出の紙", SlipForm, applies=_on_paper),
    Step("check", "最終確認"),
)
LEAVING_STEPS = (
    Step("leaving", "退会の範囲と事由", LeavingForm),
    Step("check", "最終確認"),
)


@dataclass(frozen=True)
class Errand:
    """医師が始める手続き：住所に出る名、題、段階の表、申請のボタン。"""

    slug: str
    title: str
    steps: tuple[Step, ...]
    button: str


MOVING = Errand("moving", "異動届", MOVING_STEPS, "異動を申請する")
JOINING = Errand("joining", "入会申込み", JOINING_STEPS, "入会を申請する")
LEAVING = Errand("leaving", "退会届", LEAVING_STEPS, "退会を申請する")
ERRANDS = {one.slug: one for one in (MOVING, JOINING, LEAVING)}
# 差し戻された届出を、どの表で直すか。
CORRECTED_AS = {
    Procedure.TRANSFER: MOVING,
    Procedure.CATEGORY: MOVING,
    Procedure.FACILITY: MOVING,
    Procedure.JOIN: JOINING,
    Procedure.LEAVE: LEAVING,
}
# 用紙のある手続きと、その名。
ERRAND_OF = {kind: CORRECTED_AS[kind] for kind in PRINTOUT_KINDS}
PRINTED = {errand.slug: kind for kind, errand in ERRAND_OF.items()}
