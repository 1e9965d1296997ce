"""代行入力：紙の届出や、死亡・除名などの退会を、事務局が書く欄。"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from mamis.associations.models import Association, Staff
from mamis.associations.queries import prefectures, selectable_categories
from mamis.associations.rules import DUTY_LABELS, PROCEDURE_LABELS, Procedure
from mamis.doctors.forms.office import DoctorByNumber
from mamis.doctors.models import Doctor
from mamis.doctors.queries import Candidates, facility_candidates
from mamis.fields import ChoiceField, DateField3, HalfWidthField, TextField
from mamis.files.forms import HINT, UploadField
from mamis.membership import policy, queries
from mamis.membership.forms.mypage import facility_words
from mamis.membership.forms.profile import IdentityForm, initial_of, recall_evidence
from mamis.membership.models import Application, Printout
from mamis.membership.operations import NotWindow, Paper, PaperDayNotAllowed, Request, WorkWanted
from mamis.membership.rules import (
    APPROVED_FACTS,
    CATEGORY_CAUSES,
    CAUSE_LABELS,
    OFFICE_LEAVE_CAUSES,
    PRINTED_AS,
    Cause,
    Planned,
    Reason,
    Seats,
    Task,
    plan_single,
    without_support,
)

EVERYWHERE = "all"
UNLISTED = "unlisted"
NO_CHANGE = ""


class EntryDoctorForm(DoctorByNumber):
    """だれの、どの手続きか。"""

    kind = ChoiceField(
        label="手続き",
        widget=forms.RadioSelect,
        help_text="一枚の異動届に、いくつもの異動事由の印があるときは、「医師会の異動」を選びます。",
    )
    field_order = ("number", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, PROCEDURE_LABELS[kind]) for kind in (*IN_STEPS, *ENTRIES)]

    def among(self) -> QuerySet[Doctor]:
        """その医師会に見える医師。"""
        return policy.enterable_by(self.staff, self.on)

    def clean(self) -> dict[str, Any]:
        """会員情報の変更は、窓口の医師会だけが写す。用紙のある手続きだけ、印刷できる。"""
        asked: dict[str, Any] = super().clean() or {}
        if "print" in self.data and asked.get("kind") and asked["kind"] not in PRINTED_AS:
            self.add_error("kind", "この手続きの用紙はありません。ほかの手続きを選んでください。")
            return asked
        of = self.doctor if asked.get("kind") == Procedure.PROFILE else None
        if of is not None and queries.window_of(of, self.on) != self.staff.association:
            self.add_error("kind", str(NotWindow()))
        return asked


class PrintoutNumber(forms.Form):
    """戻った用紙の番号。"""

    number = HalfWidthField(
        label="用紙の番号",
        max_length=20,
        help_text="用紙の右上にある、八つの英数字です。小文字でも、間の「-」がなくてもかまいません。",
    )

    def __init__(self, data: Any = None, *, printouts: QuerySet[Printout]) -> None:
        super().__init__(data, auto_id="printout_%s")
        self.printouts = printouts
        self.printout: Printout | None = None

    def clean_number(self) -> str:
        """その番号の用紙。この医師会のものでないか、医師がもう見えなければ、ないものとする。"""
        number: str = self.cleaned_data["number"]
        self.printout = queries.printout_with(self.printouts, number)
        if self.printout is None:
            raise ValidationError(
                "この番号の用紙は、この医師会にありません。用紙の右上の番号を、もう一度お確かめください。",
                code="unknown",
            )
        return number


class PaperFields(forms.Form):
    """紙で届いたものの欄：その日付と写し、書かれた連絡。`on` は、使う側が決める今日。"""

    on: date

    paper_on = DateField3(label="紙の届出日")
    scan = UploadField(
        label="紙の届出の写し",
        purpose="membership.paper",
        required=False,
        help_text=f"あるときに添えます。何枚もあるときは、一つの PDF にしてください。{HINT}",
    )
    note = TextField(
        label="連絡事項",
        required=False,
        lines=True,
        max_length=1000,
        help_text="紙に書かれた連絡を写します。どの医師会も、先生も読めます。",
    )

    def clean_paper_on(self) -> date:
        """今日までの日。"""
        day: date = self.cleaned_data["paper_on"]
        if day > self.on:
            raise ValidationError(str(PaperDayNotAllowed()), code="future")
        return day

    @property
    def paper(self) -> Paper:
        """紙の届出であること。正しいときだけ作れる。"""
        scan = self.cleaned_data.get("scan")
        return Paper(self.cleaned_data["paper_on"], scan.pk if scan else None)

    def typed(self) -> Iterable[tuple[str, str]]:
        """打たれたままの値。確かめの画面が、次の送信へ運ぶ。預かった写しは、その名で。"""
        days = {
            f"{name}_{part}" for name, one in self.fields.items() if isinstance(one, DateField3) for part in range(3)
        }
        uploads = {name for name, one in self.fields.items() if isinstance(one, UploadField)}
        yield from ((name, value) for name, value in self.data.items() if name in {*self.fields, *days} - uploads)
        held = {name: self.cleaned_data.get(name) for name in uploads}
        yield from ((f"{name}_0", stored.token) for name, stored in held.items() if stored)


class SlipForm(PaperFields):
    """届出の紙。"""

    def __init__(self, data: Any = None, files: Any = None, *, on: date, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.on = on


class EntryForm(SlipForm):
    """どの届出にもある欄：異動日、紙の届出日と写し、連絡。"""

    reasons: ClassVar[tuple[Reason, ...]] = ()
    # 申請に添える、開いた画面の印。
    marks: ClassVar[dict[str, str]] = {}

    effective_on = DateField3(label="異動日")

    def __init__(self, data: Any = None, files: Any = None, *, doctor: Doctor, staff: Staff, on: date) -> None:
        super().__init__(data, files, on=on)
        self.doctor, self.staff = doctor, staff
        self.held = queries.seats_beside(doctor, staff.association, on)
        paper = self.fields["paper_on"]
        paper.help_text = f"紙がないときは、お知らせを受けた日。{paper.help_text}"
        self.arrange()

    def arrange(self) -> None:
        """選択肢を決める。"""

    @property
    def seats_now(self) -> Seats:
        return queries.seats_of(self.doctor, self.on)

    def request(self) -> Request:
        """書かれた届出。どの届出も、変わるところ（望む在籍、勤務先、連絡）だけが違う。"""
        asked = self.cleaned_data
        return Request(
            after=self.after,
            effective_on=asked["effective_on"],
            reasons=self.reasons,
            causes=(asked["cause"],) if "cause" in asked else (),
            work=self.work,
            note=self.said,
        )

    @property
    def after(self) -> Seats:
        """望む在籍。"""
        return self.seats_now

    @property
    def work(self) -> WorkWanted | None:
        """変わったあとの勤務先。変わらなければ、ない。"""
        return None

    @property
    def said(self) -> str:
        """医師会への連絡。"""
        return str(self.cleaned_data["note"])

    def told(self) -> list[tuple[str, str]]:
        """確かめの画面に出す、その届出だけの欄。"""
        return []

    def recall(self, application: Application) -> None:
        """差し戻した届出から始める。紙は、初めから写す。"""

    def route(self) -> list[tuple[Association, Planned]]:
        """決める医師会。"""
        wanted = self.request()
        return queries.route_for(self.doctor, wanted.after, moves_work=wanted.work is not None, on=self.on)

    def words_of(self, name: str) -> str:
        """選ばれたものの言葉。"""
        return str(dict(self.fields[name].choices).get(self.cleaned_data.get(name), ""))


class LeaveEntryForm(EntryForm):
    """退会。死亡、会費滞納、除名は、医師会だけが書ける。"""

    cause = ChoiceField(
        label="事由", widget=forms.RadioSelect, choices=[(one.value, CAUSE_LABELS[one]) for one in OFFICE_LEAVE_CAUSES]
    )
    scope = ChoiceField(label="退会する医師会", widget=forms.RadioSelect)
    ground = TextField(
        label="根拠", max_length=200, help_text="あとから確かめられるもの。例：ご家族からの届出、11月10日の理事会の議決"
    )
    field_order = ("cause", "scope", "effective_on", "ground", "paper_on", "scan", "note")

    def arrange(self) -> None:
        """いちばん下の医師会を選ぶ。上の医師会は、いっしょに退会になる。"""
        self.fields["effective_on"].label = "退会する日"
        self.fields["effective_on"].help_text = "この日から会員でなくなります。"
        self.fields["scope"].choices = [
            (EVERYWHERE, "在籍しているすべての医師会"),
            *(
                (seat.membership.association.code, f"{seat.membership.association.name}と、その上の医師会")
                for seat in self.held
            ),
        ]
        self.fields["scope"].help_text = "下の医師会を退会すると、上の医師会も退会になります。"

    @property
    def said(self) -> str:
        return "\n".join(filter(None, (f"根拠：{self.cleaned_data['ground']}", self.cleaned_data["note"])))

    @property
    def after(self) -> Seats:
        scope = self.cleaned_data["scope"]
        if scope == EVERYWHERE:
            return {}
        left = {seat.membership.association_id for seat in self.held if seat.membership.association.code == scope}
        kept = {pk: category for pk, category in self.seats_now.items() if pk not in left}
        return without_support(kept, queries.bodies(self.seats_now))

    def told(self) -> list[tuple[str, str]]:
        return [
            ("事由", self.words_of("cause")),
            ("退会する医師会", self.words_of("scope")),
            ("根拠", self.cleaned_data["ground"]),
        ]

    @property
    def is_of_deceased(self) -> bool:
        return bool(self.cleaned_data.get("cause") == Cause.DIED)


class CategoryEntryForm(EntryForm):
    """会員区分の変更。"""

    reasons = (Reason.CATEGORY,)

    cause = ChoiceField(
        label="変更事由", widget=forms.RadioSelect, choices=[(one.value, CAUSE_LABELS[one]) for one in CATEGORY_CAUSES]
    )
    district = ChoiceField(label="郡市区等医師会の会員区分", required=False)
    prefecture = ChoiceField(label="都道府県医師会の会員区分", required=False)
    national = ChoiceField(label="日本医師会の会員区分", required=False)
    field_order = ("cause", "district", "prefecture", "national", "effective_on", "paper_on", "scan", "note")

    def arrange(self) -> None:
        """在籍のある医師会の欄だけを残す。"""
        self.seats_by_tier = {seat.membership.association.tier: seat for seat in reversed(self.held)}
        offered = selectable_categories([seat.membership.association_id for seat in self.held], self.on)
        for tier in ("district", "prefecture", "national"):
            seat = self.seats_by_tier.get(tier)
            if seat is None:
                del self.fields[tier]
                continue
            association = seat.membership.association
            self.fields[tier].label = f"{association.name}の会員区分"
            others = [(str(one.pk), one.label) for one in offered[association.pk] if one.pk != seat.category_id]
            self.fields[tier].choices = [(NO_CHANGE, f"変えない（{seat.category.label}）"), *others]

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        tiers = [tier for tier in self.seats_by_tier if tier in self.fields]
        if tiers and not any(asked.get(tier) or tier in self.errors for tier in tiers):
            self.add_error(tiers[-1], "変わる会員区分を、一つは選んでください。")
        return asked

    @property
    def after(self) -> Seats:
        changed = {
            seat.membership.association_id: int(self.cleaned_data[tier])
            for tier, seat in self.seats_by_tier.items()
            if self.cleaned_data.get(tier)
        }
        return {**self.seats_now, **changed}

    def told(self) -> list[tuple[str, str]]:
        changed = [(str(self.fields[tier].label), tier) for tier in self.seats_by_tier if self.cleaned_data.get(tier)]
        return [
            ("変更事由", self.words_of("cause")),
            *((label, self._change(tier)) for label, tier in reversed(changed)),
        ]

    def _change(self, tier: str) -> str:
        return f"{self.seats_by_tier[tier].category.label} → {self.words_of(tier)}"


class FacilityEntryForm(EntryForm):
    """施設の異動：施設名で候補を探し、そこから選ぶか、一覧にない施設とする。"""

    reasons = (Reason.FACILITY,)

    words = TextField(label="施設名", max_length=120, help_text="名の一部でも探せます。次の画面で、候補から選びます。")
    prefecture = ChoiceField(label="施設の都道府県")
    facility = ChoiceField(label="候補", required=False, widget=forms.RadioSelect)
    duty = ChoiceField(label="施設業務", choices=[("", "選んでください"), *DUTY_LABELS.items()])
    field_order = ("words", "prefecture", "facility", "duty", "effective_on", "paper_on", "scan", "note")

    def arrange(self) -> None:
        """書かれた施設名の候補を並べる。"""
        names = [(one.code, one.name) for one in prefectures()]
        self.fields["prefecture"].choices = [("", "選んでください"), *names]
        self.found = self._search({code for code, _ in names})
        if not self.found.facilities:
            del self.fields["facility"]
            return
        self.fields["facility"].choices = [
            *((str(one.pk), facility_words(one)) for one in self.found.facilities),
            (UNLISTED, "一覧にない施設（未定）として届け出る"),
        ]

    def _search(self, codes: set[str]) -> Candidates:
        code = str(self.data.get("prefecture", "")) if self.is_bound else ""
        if code not in codes:
            return Candidates()
        try:
            words = self.fields["words"].clean(self.data.get("words", ""))
        except ValidationError:
            return Candidates()
        return facility_candidates(words, code)

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if self.found.too_many and "words" not in self.errors:
            self.add_error("words", "候補が多すぎます。施設名を、もう少し長く入力してください。")
        elif self.found.facilities and not asked.get("facility") and "facility" not in self.errors:
            self.add_error(
                "facility", "候補から選んでください。ないときは、一番下の「一覧にない施設」を選んでください。"
            )
        return asked

    @property
    def facility_id(self) -> int | None:
        chosen = self.cleaned_data.get("facility", "")
        return int(chosen) if chosen and chosen != UNLISTED else None

    @property
    def work(self) -> WorkWanted:
        asked = self.cleaned_data
        if self.facility_id:
            return WorkWanted(facility_id=self.facility_id, duty=asked["duty"])
        return WorkWanted(unlisted_name=asked["words"], prefecture_code=asked["prefecture"], duty=asked["duty"])

    def told(self) -> list[tuple[str, str]]:
        name = self.words_of("facility") if self.facility_id else f"{self.cleaned_data['words']}（一覧にない施設）"
        return [("主たる施設", name), ("施設業務", self.words_of("duty"))]


class ProfileEntryForm(PaperFields, IdentityForm):
    """会員情報の変更：氏名、生年月日、性別、医籍。いまの登録の内容が入っている。"""

    field_order = (*IdentityForm.field_order[:-1], "paper_on", "scan", "note")

    def __init__(self, data: Any = None, files: Any = None, *, doctor: Doctor, staff: Staff, on: date) -> None:
        super().__init__(data, files=files, on=on, held=queries.facts_of(doctor, APPROVED_FACTS))
        self.doctor, self.staff = doctor, staff
        self.initial = initial_of(self.held)

    def recall(self, application: Application) -> None:
        """差し戻した申請の内容から始め、その書類も、もう一度使う。"""
        sheet = application.sheet
        self.initial |= initial_of(self.held | sheet.facts_after) | {"note": sheet.note}
        recall_evidence(self, application)

    @property
    def marks(self) -> dict[str, str]:
        """申請に添える、初めに開いた画面の印。"""
        seen = self.data.get("seen", "") if self.is_bound else queries.register_seen(self.doctor, APPROVED_FACTS)
        return {"seen": str(seen)}

    def request(self) -> Request:
        """届け出ること。"""
        return Request(
            after={},
            effective_on=self.on,
            facts=self.facts,
            note=self.cleaned_data["note"],
            evidence_id=self.cleaned_data["evidence"].pk,
        )

    def told(self) -> list[tuple[str, str]]:
        """変わるところ。"""
        changes = queries.facts_changed(self.held, self.facts)
        return [(one.label, f"{one.was or '（なし）'} → {one.now or '（なし）'}") for one in changes]

    def route(self) -> list[tuple[Association, Planned]]:
        """決めるのは、窓口であるこの医師会だけである。"""
        return queries.named(plan_single([self.staff.association_id], Task.PROFILE))


# 医師の画面と同じ段階で代行入力する手続き。
IN_STEPS = (Procedure.JOIN, Procedure.TRANSFER)
# 一枚の欄で代行入力する手続き。
AnyEntryForm = EntryForm | ProfileEntryForm
ENTRIES: dict[Procedure, type[AnyEntryForm]] = {
    Procedure.LEAVE: LeaveEntryForm,
    Procedure.CATEGORY: CategoryEntryForm,
    Procedure.FACILITY: FacilityEntryForm,
    Procedure.PROFILE: ProfileEntryForm,
}
