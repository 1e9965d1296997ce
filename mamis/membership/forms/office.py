"""事務局が届出について書くこと：一覧の条件、決めること、尋ねること、医師会のあいだの連絡。"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict

from mamis.associations.queries import selectable_categories
from mamis.associations.rules import DUTY_LABELS, PROCEDURE_LABELS
from mamis.doctors.queries import Candidates, facility_candidates
from mamis.fields import ChoiceField, Conditions, DateField3, TextField, TickField
from mamis.membership.forms.mypage import facility_words
from mamis.membership.models import Sheet, Step
from mamis.membership.operations import BoardDayNotAllowed, Decision
from mamis.membership.queries import DUE_LABELS, TAB_LABELS, Item, StepFilters, Tab
from mamis.membership.queries.worklist import SORTS
from mamis.membership.rules import REMARK_LENGTH
from mamis.wizard.views import as_initial, typed

REASON_LENGTH = 2000


class StepConditions(Conditions):
    """届出の一覧の条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号・受付番号の一部", required=False, max_length=100)
    kind = ChoiceField(label="手続き", required=False, choices=[("", "すべて"), *PROCEDURE_LABELS.items()])
    due = ChoiceField(label="期限", required=False, choices=[("", "すべて"), *DUE_LABELS.items()])

    @property
    def tab(self) -> Tab:
        asked = str(self.data.get("tab", ""))
        return Tab(asked) if asked in TAB_LABELS else Tab.OURS

    @property
    def sort(self) -> str:
        asked = str(self.data.get("sort", ""))
        return asked if asked in SORTS else ""

    def filters(self) -> StepFilters:
        """選ばれた条件。"""
        asked = self.cleaned_data
        return StepFilters(
            tab=self.tab,
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            due=asked.get("due", ""),
            sort=self.sort,
        )


class ContactConditions(Conditions):
    """会員が変えた連絡先の一覧の条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号の一部", required=False, max_length=100)

    @property
    def words(self) -> str:
        """探す言葉。"""
        return str(self.cleaned_data.get("q", ""))


class BoardDayForm(forms.Form):
    """承認または確認の日。"""

    board_on = DateField3(label="承認日・確認日")

    def __init__(self, data: QueryDict | None, *, on: date, **options: Any) -> None:
        super().__init__(data, initial={"board_on": on}, **options)
        self.on = on

    def clean_board_on(self) -> date:
        """今日までの日。"""
        day: date = self.cleaned_data["board_on"]
        if day > self.on:
            raise ValidationError(str(BoardDayNotAllowed()), code="future")
        return day


class DecidingForm(BoardDayForm):
    """承認または確認の日と、改める会員区分とそのわけ。"""

    category = ChoiceField(label="改める会員区分", required=False)

    prefix_id: str

    def __init__(self, data: QueryDict | None = None, *, step: Step, on: date) -> None:
        super().__init__(data, on=on, auto_id=self.prefix_id)
        day = self.fields["board_on"]
        day.label = "確認日" if step.is_confirmation else "承認日"
        day.help_text = "この医師会が決めた日。理事会で決めたときは、その日。"
        offered = selectable_categories([step.association_id], step.application.effective_on)[step.association_id]
        others = [(str(one.pk), one.label) for one in offered if one.pk != step.category_id]
        if step.category is None or not others:
            del self.fields["category"]
        else:
            self.fields["category"].choices = [("", f"申請のとおり（{step.category.label}）"), *others]

    def decision(self) -> Decision:
        """書かれた決定。"""
        asked = self.cleaned_data
        category, facility = asked.get("category"), asked.get("facility")
        return Decision(
            board_on=asked["board_on"],
            category_id=int(category) if category else None,
            facility_id=int(facility) if facility else None,
            duty=asked.get("duty", ""),
            comment=asked.get("comment", ""),
        )


class ApprovalForm(DecidingForm):
    """承認または確認。会員区分のほかに、所属施設と施設業務も改められる。"""

    prefix_id = "approve_%s"
    # 改められるもの。
    amendable = ("category", "words", "facility", "duty")

    words = TextField(label="改める所属施設の名の一部", required=False, max_length=100)
    facility = ChoiceField(label="改める所属施設の候補", required=False, widget=forms.RadioSelect)
    duty = ChoiceField(label="改める施設業務", required=False)
    comment = TextField(
        label="改めるわけ",
        required=False,
        lines=True,
        max_length=REASON_LENGTH,
        help_text="このままの文が、先生にメールで届きます。何も改めないときは、空けておきます。",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        step: Step,
        sheet: Sheet,
        on: date,
        written: QueryDict | None = None,
    ) -> None:
        """`written` は、施設を探すために送られた、まだ決めていない書きかけ。"""
        super().__init__(data, step=step, on=on)
        self.is_searching, self.found = written is not None, Candidates()
        if step.may_amend_work(sheet):
            self._arrange_work(sheet, data or written or QueryDict())
        else:
            del self.fields["words"], self.fields["duty"]
        if not self.found.facilities:
            del self.fields["facility"]
        if not self.may_amend:
            del self.fields["comment"]
        if written is not None:
            self.initial = as_initial(self, typed(self, written))

    def _arrange_work(self, sheet: Sheet, sent: QueryDict) -> None:
        """所属施設と施設業務を改める欄。書かれた言葉に合う候補を並べる。"""
        words, facility, duty = (self.fields[name] for name in ("words", "facility", "duty"))
        words.help_text = f"申請は「{sheet.work_name}」です。改めるときだけ書き、「施設を探す」を押します。"
        duty.choices = [("", f"申請のとおり（{sheet.duty_label}）"), *DUTY_LABELS.items()]
        try:
            asked = words.clean(sent.get("words", ""))
        except ValidationError:
            return
        self.found = facility_candidates(asked) if asked else Candidates()
        facility.choices = [(str(one.pk), facility_words(one)) for one in self.found.facilities]

    @property
    def may_amend(self) -> bool:
        return any(name in self.fields for name in self.amendable)

    @property
    def is_amending(self) -> bool:
        """「改めて承認する」を開いておくか。"""
        written = any(name in self.errors or self.data.get(name) for name in (*self.amendable, "comment"))
        return self.is_searching or (self.is_bound and written)

    @property
    def no_facility(self) -> str:
        """候補を出せないときの言葉。"""
        if self.found.too_many:
            return "候補が多すぎます。施設名を、もう少し長く入力してください。"
        return "候補がありません。ほかの言葉で探してください。" if self.found.none else ""

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("words") and not asked.get("facility") and "facility" not in self.errors:
            where = "facility" if "facility" in self.fields else "words"
            self.add_error(where, self.no_facility or "改める所属施設を、候補から選んでください。")
        amends = any(asked.get(name) for name in ("category", "facility", "duty"))
        if amends and not asked.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "改めるわけを入力してください。")
        return asked


class TakeoverForm(DecidingForm):
    """期限の過ぎた下の医師会の段を、代わって決める。わけが要る。"""

    prefix_id = "takeover_%s"

    comment = TextField(
        label="代わって決めるわけ",
        lines=True,
        max_length=REASON_LENGTH,
        help_text="届出の経過に残ります。会員区分を改めるときは、先生にもメールで届きます。",
    )


_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_RECEIPT = re.compile(r"K[0-9-]{1,19}", re.ASCII)
_LINE = re.compile(r"(K[0-9-]{1,19}) ([0-9]{1,9}-[0-9]{1,9})", re.ASCII)


def sent_key(data: QueryDict | None) -> str:
    """確かめた画面の名。はじめて描く画面には、新しい名を付ける。"""
    sent = data.get("key", "") if data is not None else ""
    return sent if _KEY.fullmatch(sent) else secrets.token_hex(16)


class BulkForm(BoardDayForm):
    """まとめて承認・確認する日と、選ばれた届出。受付番号の形でないものは、なかったものとする。"""

    def __init__(self, data: QueryDict | None, *, on: date) -> None:
        super().__init__(data, on=on)
        self.fields["board_on"].help_text = "選んだもののすべてに、この日を書きます。"
        picked = data.getlist("listed" if "whole_page" in data else "pick") if data is not None else []
        self.receipt_nos = [text for text in picked if _RECEIPT.fullmatch(text)]
        lines = [_LINE.fullmatch(text) for text in (data.getlist("line") if data is not None else [])]
        self.seen = {match[1]: match[2] for match in lines if match}
        self.key = sent_key(data)


@dataclass(frozen=True)
class RemarkRow:
    """直していただくところの一行：項目と、その指摘の欄。"""

    item: Item
    tick: BoundField
    text: BoundField


class StepReturnForm(forms.Form):
    """差し戻しの理由と、項目ごとの指摘。"""

    reason = TextField(label="理由", lines=True, max_length=REASON_LENGTH)

    def __init__(self, data: QueryDict | None = None, *, items: Sequence[Item]) -> None:
        super().__init__(data, auto_id="return_%s")
        self.fields["reason"].help_text = "このままの文が、先生にメールで届きます。"
        self.items = items
        for item in items:
            self.fields[f"pick_{item.name}"] = TickField(label=item.label, required=False)
            self.fields[f"remark_{item.name}"] = TextField(
                label="指摘",
                required=False,
                lines=True,
                max_length=REMARK_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def rows(self) -> list[RemarkRow]:
        """項目ごとの行。"""
        return [RemarkRow(item, self[f"pick_{item.name}"], self[f"remark_{item.name}"]) for item in self.items]

    def clean(self) -> dict[str, Any]:
        """指摘を書いた項目には、チェックを。"""
        asked: dict[str, Any] = super().clean() or {}
        for item in self.items:
            if asked.get(f"remark_{item.name}") and not asked.get(f"pick_{item.name}"):
                words = f"「{item.label}」を直していただくなら、チェックを入れてください。"
                self.add_error(f"pick_{item.name}", f"{words}直していただかないなら、指摘を消してください。")
        return asked

    @property
    def words(self) -> str:
        """先生に届く文。"""
        return str(self.cleaned_data["reason"])

    @property
    def remarks(self) -> dict[str, str]:
        """選ばれた項目と、その指摘。"""
        asked = self.cleaned_data
        return {item.name: asked[f"remark_{item.name}"] for item in self.items if asked[f"pick_{item.name}"]}


class QuestionForm(forms.Form):
    """保留にして尋ねること。"""

    question = TextField(
        label="お尋ねすること",
        lines=True,
        max_length=REASON_LENGTH,
        help_text="このままの文が、先生にメールで届きます。",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="ask_%s")

    @property
    def words(self) -> str:
        return str(self.cleaned_data["question"])


class SpokenAnswerForm(forms.Form):
    """電話や紙でいただいたお答え。"""

    answer = TextField(
        label="いただいたお答え",
        lines=True,
        max_length=REASON_LENGTH,
        help_text="いつ、どなたから、どのようにうかがったかも書きます。例：11月5日、お電話でご本人から。",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="answer_%s")

    @property
    def words(self) -> str:
        return str(self.cleaned_data["answer"])


class StepRejectionForm(forms.Form):
    """却下の理由。"""

    reason = TextField(
        label="理由", lines=True, max_length=REASON_LENGTH, help_text="このままの文が、先生にメールで届きます。"
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="reject_%s")

    @property
    def words(self) -> str:
        return str(self.cleaned_data["reason"])


class NoteForm(forms.Form):
    """医師会のあいだの連絡。"""

    text = TextField(
        label="連絡",
        lines=True,
        max_length=1000,
        help_text="この届出を決める医師会だけが読めます。先生には見えません。書いたあとは消せません。",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="note_%s")
