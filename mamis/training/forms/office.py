"""事務局が書くこと：一覧の条件、差し戻しと回送の理由、登録する単位。"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from mamis.associations.models import Association
from mamis.doctors.forms.office import DoctorByNumber
from mamis.doctors.models import Doctor
from mamis.fields import ChoiceField, Conditions, DateField3, HalfWidthField, TextField
from mamis.japanese.calendar import months_before
from mamis.training import policy, queries
from mamis.training.models import ReturnText
from mamis.training.operations import CreditEntry
from mamis.training.rules import KIND_LABELS, Kind, inserted, read_codes, read_units
from mamis.training.workflow import STATE_LABELS

MONTHS_OFFERED = 24
LARGEST = 200


class PeriodConditions(Conditions):
    """医師と期間を問う一覧の条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号の一部", required=False, max_length=100)
    from_on = DateField3(label="から", required=False, help_text="")
    until_on = DateField3(label="まで", required=False, help_text="")
    period_label = ""

    def arrange(self, on: date) -> None:
        """期間の欄の名を決める。"""
        self.fields["from_on"].label = f"{self.period_label}（から）"
        self.fields["until_on"].label = f"{self.period_label}（まで）"

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("from_on") and asked.get("until_on") and asked["from_on"] > asked["until_on"]:
            self.add_error("until_on", "「まで」は「から」と同じ日か、あとの日にしてください。")
        return asked

    @property
    def has_detail(self) -> bool:
        """「くわしい条件」を開いておくか。"""
        return any(self.cleaned_data.get(name) or name in self.errors for name in ("from_on", "until_on"))


class CompletionConditions(PeriodConditions):
    """修了申請の一覧の条件。"""

    state = ChoiceField(label="状態", required=False, choices=[("", "すべて"), *STATE_LABELS.items()])
    month = ChoiceField(label="受付月", required=False)
    field_order = ("q", "state", "month", "from_on", "until_on")
    period_label = "受付日"

    def arrange(self, on: date) -> None:
        """受付月は、この二年から選ぶ。"""
        super().arrange(on)
        self.fields["month"].choices = [("", "すべて"), *_months(on)]

    @property
    def sort(self) -> str:
        asked = str(self.data.get("sort", ""))
        return asked if asked in queries.SORTS else ""

    def filters(self) -> queries.Filters:
        """選ばれた条件。"""
        asked = self.cleaned_data
        first, last = _days_of(asked["month"]) if asked.get("month") else (None, None)
        return queries.Filters(
            words=asked.get("q", ""),
            state=asked.get("state", ""),
            from_on=max((day for day in (first, asked.get("from_on")) if day), default=None),
            until_on=min((day for day in (last, asked.get("until_on")) if day), default=None),
            sort=self.sort,
        )


def _months(on: date) -> Iterable[tuple[str, str]]:
    first = on.replace(day=1)
    for back in range(MONTHS_OFFERED):
        month = months_before(first, back)
        yield f"{month:%Y-%m}", f"{month.year}年{month.month}月"


def _days_of(month: str) -> tuple[date, date]:
    """その月の初めの日と終わりの日。"""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class CreditConditions(PeriodConditions):
    """単位の一覧の条件。"""

    kind = ChoiceField(label="種別", required=False, choices=[("", "すべて"), *KIND_LABELS.items()])
    field_order = ("q", "kind", "from_on", "until_on")
    period_label = "取得した日"

    def filters(self) -> queries.CreditFilters:
        """選ばれた条件。"""
        asked = self.cleaned_data
        return queries.CreditFilters(
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            from_on=asked.get("from_on"),
            until_on=asked.get("until_on"),
        )


class ReturnForm(forms.Form):
    """差し戻しの理由。そのままの文が医師に届く。文例は、選んで理由の欄に入れるだけである。"""

    text = ChoiceField(label="文例", required=False)
    reason = TextField(label="理由", lines=True, max_length=2000)

    def __init__(
        self, data: QueryDict | None = None, *, doctor: Doctor, texts: Iterable[ReturnText], filled: str = ""
    ) -> None:
        super().__init__(data, auto_id="return_%s", initial={"reason": filled})
        self.texts = {str(text.pk): text for text in texts}
        self.is_filled = bool(filled)
        self.fields["text"].choices = [("", "選んでください"), *((pk, text.title) for pk, text in self.texts.items())]
        self.fields["reason"].help_text = f"このままの文が、{doctor.name} 先生にメールで届きます。"

    @property
    def with_text(self) -> str:
        """打たれた理由に、選ばれた文例を足した文。"""
        text = self.texts.get(str(self.data.get("text", "")))
        written = str(self.data.get("reason", ""))
        return inserted(written, text.body) if text else written


class ForwardForm(forms.Form):
    """回送の先と理由。"""

    destination = ChoiceField(label="回送する先")
    reason = TextField(label="理由", lines=True, max_length=2000)

    def __init__(self, data: QueryDict | None = None, *, doctor: Doctor, targets: Iterable[Association]) -> None:
        super().__init__(data, auto_id="forward_%s")
        self.targets = {target.code: target for target in targets}
        self.fields["destination"].choices = [(code, target.name) for code, target in self.targets.items()]
        self.fields["reason"].help_text = f"このままの文が、{doctor.name} 先生にメールで届きます。"

    @property
    def destination_id(self) -> int:
        return self.targets[self.cleaned_data["destination"]].pk

    @property
    def destination_name(self) -> str:
        return self.targets[self.cleaned_data["destination"]].name


class DoctorForm(DoctorByNumber):
    """医師を、単位を登録できる医師のうちから、番号で選ぶ。"""

    def among(self) -> QuerySet[Doctor]:
        """その医師会に見える医師。"""
        return policy.creditable_by(self.staff, self.on)


class CreditLineForm(forms.Form):
    """単位の一行：種別、内容、日、単位、コード。`on` は、使う側が決める今日。"""

    on: date

    kind = ChoiceField(
        label="種別",
        widget=forms.RadioSelect,
        choices=[
            (Kind.KNOWLEDGE.value, "座学（日本医師会生涯教育制度の単位）"),
            (Kind.FIELD.value, "実地（かかりつけ医機能報告制度にかかる研修の実地研修）"),
        ],
    )
    title = TextField(label="内容", max_length=100, help_text="講習会や活動の名。例：みどり市医師会 学術講演会")
    earned_on = DateField3(label="取得した日")
    units = HalfWidthField(label="単位", inputmode="decimal", max_length=8, help_text="0.5 きざみ。例：1.5")
    codes = TextField(
        label="カリキュラムコード",
        required=False,
        max_length=100,
        help_text="座学のときだけ。いくつもあるときは「,」で区切ります。例：1, 15",
    )

    def clean_earned_on(self) -> date:
        day: date = self.cleaned_data["earned_on"]
        if day > self.on:
            raise ValidationError("まだ来ていない日です。取得した日を入力してください。", code="future")
        return day

    def clean_units(self) -> int:
        half_units = read_units(self.cleaned_data["units"])
        if half_units is None or not 0 < half_units <= LARGEST:
            raise ValidationError("0.5 から 100 までの、0.5 きざみの数で入力してください（例：1.5）。", code="units")
        return half_units

    def clean_codes(self) -> tuple[str, ...]:
        codes = read_codes(self.cleaned_data["codes"])
        if codes is None:
            raise ValidationError("0 から 83 までの番号を「,」で区切って入力してください（例：1, 15）。", code="codes")
        if codes and self.cleaned_data.get("kind") == Kind.FIELD:
            raise ValidationError("カリキュラムコードは座学だけのものです。実地では空にしてください。", code="codes")
        return codes


class CreditForm(CreditLineForm, DoctorForm):
    """登録する単位：だれの、どのような単位か。"""

    ground = TextField(label="根拠", max_length=200, help_text="あとから確かめられるもの。例：受講者名簿、出務表")

    def entry(self) -> CreditEntry:
        """確かめ終えた一行。"""
        asked = self.cleaned_data
        kind = Kind(asked["kind"])
        return CreditEntry(
            programme_id=queries.programme_of(kind).pk,
            kind=kind,
            title=asked["title"],
            earned_on=asked["earned_on"],
            half_units=asked["units"],
            ground=asked["ground"],
            codes=asked["codes"],
        )

    @property
    def kind_label(self) -> str:
        return str(dict(self.fields["kind"].choices)[self.cleaned_data["kind"]])

    def typed(self) -> list[tuple[str, str]]:
        """打たれたままの値。確かめの画面が、次の送信へ運ぶ。"""
        names = {*self.fields} | {f"earned_on_{part}" for part in range(3)}
        return [(name, value) for name, value in self.data.items() if name in names]


class ReversalForm(forms.Form):
    """単位を取り消す根拠。"""

    ground = TextField(label="取り消す根拠", max_length=200, help_text="例：受講者名簿の誤り（本人に確認済み）")
