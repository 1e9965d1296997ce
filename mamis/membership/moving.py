"""書いている途中の届出（newsletter Topic 02・03、architecture.md §5）。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from mamis.associations import queries as association_queries
from mamis.associations.models import Association, Category, JoinItem, Prefecture
from mamis.associations.rules import DUTY_LABELS, Duty, Procedure, Tier
from mamis.doctors import queries as doctors_queries
from mamis.doctors.models import Doctor, Facility, Workplace
from mamis.doctors.queries import Candidates
from mamis.files.forms import UploadField, hold_uploads, show_held
from mamis.files.models import StoredFile
from mamis.membership import queries
from mamis.membership.forms.entry import SlipForm
from mamis.membership.forms.mypage import (
    DETAILS,
    DetailsForm,
    DutiesForm,
    GroundsForm,
    JoiningDayForm,
    LeavingForm,
    PicksForm,
    ReasonForm,
    SearchForm,
    WorkplaceForm,
    details_of,
    ticked_codes,
)
from mamis.membership.forms.questions import QuestionsForm
from mamis.membership.models import Application, MembershipCategory, Printout, Sheet, SheetAnswer, StepHistory
from mamis.membership.operations import Answer, DayNotAllowed, Request, WorkWanted, answered_before
from mamis.membership.queries import PaperDraft
from mamis.membership.retyped import answers_from
from mamis.membership.rules import (
    CAUSE_LABELS,
    REASON_LABELS,
    TASK_LABELS,
    Body,
    Cause,
    Planned,
    Reason,
    Remark,
    duty_told_by,
    route,
    why_proposed,
    without_support,
)
from mamis.membership.scopes import Scope, scopes_for
from mamis.membership.steps import CORRECTED_AS, ERRANDS, JOINING, LEAVING, MOVING, PRINTED, Errand
from mamis.wizard.models import Draft
from mamis.wizard.queries import KEPT
from mamis.wizard.steps import Step, Wizard
from mamis.wizard.views import as_data, as_initial


@dataclass(frozen=True)
class SeatChange:
    """確認の頁の一行：医師会と、いまの会員区分と、変わったあとの会員区分。空は、会員でないこと。"""

    association: Association
    before: Category | None
    after: Category | None
    is_ours: bool = True

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def was(self) -> str:
        """いまの会員区分。よその系列の医師会のものは言わない。"""
        if self.before is None:
            return "会員ではありません"
        return self.before.label if self.is_ours else "会員"


class Desk(Protocol):
    """届出を書く机：だれが、だれの届出を書き、どこに下書きを残し、どの住所で段階を開くか。"""

    is_office: bool

    @property
    def association_id(self) -> int | None:
        """どの医師会として書くか。医師の机には、ない。"""

    @property
    def doctor(self) -> Doctor:
        """だれの届出か。"""

    @property
    def owner_id(self) -> int | None:
        """下書きと、預けたファイルの持ち主。"""

    def beside(self, held: Iterable[MembershipCategory]) -> list[MembershipCategory]:
        """在籍のうち、会員区分まで見てよいもの。"""

    def answers_on(self, sheet: Sheet) -> Iterable[SheetAnswer]:
        """その申請書の、医師会の尋ねたことへの答えのうち、この机で直せるもの。"""

    def draft(self, name: str, at: datetime) -> Draft | None:
        """その届出の下書き。"""

    def begun_on_paper(self, name: str, at: datetime) -> dict[str, Any]:
        """まだ書いていない届出の、紙に刷ってあったこと。なければ空。"""

    def address(self, name: str, step: str) -> str:
        """その届出の、その段階の住所。"""

    def button(self, moving: "Moving") -> str:
        """最終確認のボタン。"""


@dataclass(frozen=True)
class Moving:
    """書いている途中の届出。差し戻されたものを直しているときは `application` がある。"""

    desk: Desk
    errand: Errand
    held: tuple[MembershipCategory, ...]
    work: Workplace | None
    application: Application | None
    draft: Draft | None
    answers: dict[str, Any]
    at: datetime

    @property
    def doctor(self) -> Doctor:
        return self.desk.doctor

    @property
    def today(self) -> date:
        return localdate(self.at)

    def address(self, step: str) -> str:
        """段階の住所。"""
        return self.desk.address(self.subject, step)

    @property
    def subject(self) -> str:
        """下書きの対象：直している届出か、始めた手続き。"""
        return self.application.receipt_no if self.application else self.errand.slug

    @property
    def title(self) -> str:
        return self.errand.title

    @property
    def slugs(self) -> set[str]:
        """その手続きの段階の名のすべて。"""
        return {step.slug for step in self.errand.steps}

    @property
    def button(self) -> str:
        """最終確認のボタン。"""
        return self.desk.button(self)

    @property
    def delegates(self) -> str:
        """この下書きに書いた代理の人の名。"""
        return "、".join(self.answers.get("delegates", ()))

    def supposing(self, **answers: Any) -> "Moving":
        """その答えを残したとしたら。"""
        return replace(self, answers=self.answers | answers)

    @cached_property
    def wizard(self) -> Wizard:
        return Wizard(self.errand.steps, self.answers, self)

    @cached_property
    def prefectures(self) -> list[Prefecture]:
        return association_queries.prefectures()

    # 在籍

    @cached_property
    def before(self) -> dict[int, int]:
        """いまの在籍。"""
        return {seat.membership.association_id: seat.category_id for seat in self.held}

    @cached_property
    def ours(self) -> frozenset[int]:
        """いまの会員区分を見てよい医師会。"""
        return frozenset(seat.membership.association_id for seat in self.desk.beside(self.held))

    @cached_property
    def seats(self) -> tuple[MembershipCategory, ...]:
        """この机で選べる、いまの在籍。紙を直すときは、その届出に書かれた医師会のものも。"""
        on_sheet = (
            self.application.sheet.seats.values_list("association_id", flat=True)
            if self.application and self.desk.is_office
            else ()
        )
        shown = self.ours.union(on_sheet)
        return tuple(seat for seat in self.held if seat.membership.association_id in shown)

    @cached_property
    def bodies(self) -> dict[int, Body]:
        """出てくる医師会と、その上の医師会。"""
        offered = self.destination.offered if self.destination is not None else ()
        return queries.bodies([*self.before, *(one.pk for one in offered)])

    @cached_property
    def after(self) -> dict[int, int]:
        """望む在籍。まだ書きかけなら、書いたところまで。"""
        after = dict(self.before)
        if self.errand is LEAVING:
            return self._left(after)
        grounds, destination = self.grounds, self.destination
        if grounds is not None and grounds.is_valid():
            after |= grounds.changes
            after = {pk: category for pk, category in after.items() if pk not in grounds.leaving}
        if destination is not None and destination.is_valid():
            for one in destination.offered:
                after.pop(one.pk, None)
            after |= destination.picks
        return without_support(after, self.bodies)

    def _left(self, after: dict[int, int]) -> dict[int, int]:
        form = self.leaving_form(as_data(self.answers.get("leaving", {})))
        if not form.is_valid():
            return after
        gone = self._scopes[form.cleaned_data["scope"]].gone
        return without_support({pk: one for pk, one in after.items() if pk not in gone}, self.bodies)

    @cached_property
    def changes(self) -> list[SeatChange]:
        """医師会ごとの、変わる前とあと。"""
        shown = {seat.membership.association_id for seat in self.seats}
        touched = [
            *(pk for pk, category in self.before.items() if pk in shown or self.after.get(pk) != category),
            *(pk for pk in self.after if pk not in self.before),
        ]
        associations = queries.associations_by_pk(touched)
        categories = queries.categories_by_pk([*self.before.values(), *self.after.values()])
        rows = [
            SeatChange(
                associations[pk],
                categories.get(self.before.get(pk, 0)),
                categories.get(self.after.get(pk, 0)),
                pk in self.ours or pk not in self.before,
            )
            for pk in touched
        ]
        order = [Tier.DISTRICT, Tier.PREFECTURE, Tier.NATIONAL]
        return sorted(rows, key=lambda row: (order.index(Tier(row.association.tier)), row.before is None))

    @cached_property
    def loses_insurance(self) -> bool:
        """日医医賠責が終わるか（A会員からB・C会員へ、または日本医師会の退会）。"""
        return any(
            row.association.is_national
            and row.before is not None
            and row.before.is_insured
            and not (row.after is not None and row.after.is_insured)
            for row in self.changes
        )

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """このまま申請したときの道順。"""
        return route(self.before, self.after, self.bodies, moves_work=self.work_wanted is not None)

    # 差し戻されたところ

    @cached_property
    def stopped(self) -> StepHistory | None:
        """直している届出の、差し戻し。"""
        return queries.stopped_at(self.application) if self.application else None

    def remarks_at(self, step: str) -> tuple[Remark, ...]:
        """その段階で直す項目の指摘。最終確認では、すべて。"""
        said = self.stopped.remarked if self.stopped else ()
        return said if step == "check" else tuple(one for one in said if self._step_of(one) == step)

    def _step_of(self, remark: Remark) -> str:
        """その項目を直す段階。"""
        return {
            "effective_on": self.day_slug,
            "reasons": "reason",
            "causes": self.causes_slug,
            "work": "details" if self.is_as_is else "workplace",
            "duty": "details" if self.is_as_is else "duties",
            **dict.fromkeys(DETAILS, "details"),
            **{one.remark_item: "questions" for one in self._answered},
            "note": self.note_slug,
            "paper_on": "paper",
            "scan": "paper",
        }.get(remark.item, self.seats_slug)

    # 異動事由

    def reason_form(self, data: Any = None) -> ReasonForm:
        """異動事由の頁。"""
        initial = self._initial(ReasonForm, "reason", data)
        return ReasonForm(data, today=self.today, by_office=self.desk.is_office, initial=initial)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """選ばれた異動事由。"""
        known = {one.value for one in Reason}
        return tuple(Reason(one) for one in self.answers.get("reason", {}).get("reasons", ()) if one in known)

    # 事由の項目と所属医師会

    def grounds_form(self, data: Any = None) -> GroundsForm:
        """事由の項目と、いまの所属医師会の頁。異動元が一つなら、はじめからチェックを入れておく。"""
        form = GroundsForm(data, reasons=self.reasons, seats=self.seats, offered=self.selectable, changeable=self.ours)
        if data is None:
            form.initial = as_initial(form, self.answers.get("grounds", {}))
            if "grounds" not in self.answers and len(form.leave_rows) == 1:
                form.initial[f"leave_{form.leave_rows[0].association.code}"] = True
        return form

    @cached_property
    def grounds(self) -> GroundsForm | None:
        """残した答えを確かめたもの。"""
        if not {Reason.CATEGORY, Reason.TRANSFER} & set(self.reasons) or self.errand is not MOVING:
            return None
        return self.grounds_form(as_data(self.answers.get("grounds", {})))

    @cached_property
    def selectable(self) -> dict[int, list[Category]]:
        """いまの所属医師会の、選べる会員区分。"""
        return association_queries.selectable_categories(list(self.before), self.effective_on or self.today)

    @cached_property
    def duty_told(self) -> Duty | None:
        """会員区分をすすめるもとになる施設業務：事由が告げるもの、なければいまの施設業務。"""
        causes = self.grounds.causes if self.grounds is not None and self.grounds.is_valid() else ()
        told = duty_told_by(causes)
        return told or (Duty(self.work.duty) if self.work is not None and self.work.duty else None)

    @property
    def why_proposed(self) -> str:
        """会員区分をすすめるわけ。"""
        return why_proposed(self.duty_told) if self.duty_told else ""

    @property
    def leaving_names(self) -> str:
        """異動元の医師会の名。"""
        if self.grounds is None or not self.grounds.is_valid():
            return ""
        leaving = self.grounds.leaving
        return "、".join(row.association.name for row in self.grounds.leave_rows if row.association.pk in leaving)

    # 異動先

    def search_form(self, data: Any = None) -> SearchForm:
        """都道府県と郡市区。まだ探していなければ、いまの勤務先の都道府県を入れておく。

        都道府県を変えたら、前の都道府県の郡市区は、選ばれていないものとする。
        """
        searched = as_data(self.answers.get("search", {}))
        typed = searched if data is None else data.copy()
        code = typed.get("prefecture") or self._first_prefecture
        if code != searched.get("prefecture") and typed.get("district") == searched.get("district"):
            typed["district"] = ""
        districts = list(association_queries.find_associations(code)) if code in self._prefecture_codes else []
        initial = {"prefecture": code, "district": typed.get("district", "")}
        bound = None if data is None else typed
        return SearchForm(bound, prefectures=self.prefectures, districts=districts, initial=initial)

    @property
    def _first_prefecture(self) -> str:
        if self.work is not None:
            return str(self.work.place.prefecture_id)
        return str(self.doctor.home_prefecture_id or "")

    @cached_property
    def _prefecture_codes(self) -> set[str]:
        return {one.code for one in self.prefectures}

    @property
    def has_searched(self) -> bool:
        return "search" in self.answers

    @cached_property
    def found(self) -> tuple[Association, ...]:
        """探して見つかった郡市区等医師会と、その上の医師会。異動元と、すでに会員の郡市区等は出さない。

        入会では、すでに会員の郡市区等だけが見つかっても、まだ会員でない上の層があれば、上の層を出す。
        """
        code = self._searched[0]
        if code not in self._prefecture_codes:
            return ()
        districts = [
            one
            for one in association_queries.find_associations(code)
            if one.pk not in self.before and self._is_searched(one)
        ]
        if not districts and not self.already:
            return ()
        uppers = (doctors_queries.prefecture_association(code), association_queries.national())
        is_open = bool(districts) or any(one.pk not in self.before for one in uppers)
        return (*districts, *uppers) if is_open else ()

    @cached_property
    def already(self) -> list[Association]:
        """入会で、探した郡市区等医師会のうち、すでに会員のもの。上の層だけに入会できる。"""
        if self.errand is not JOINING:
            return []
        shown = [seat.membership.association for seat in self.seats]
        return [one for one in shown if one.is_district and self._is_searched(one)]

    @property
    def _searched(self) -> tuple[str, str]:
        searched = as_data(self.answers.get("search", {}))
        return searched.get("prefecture", ""), searched.get("district", "")

    def _is_searched(self, district: Association) -> bool:
        code, chosen = self._searched
        return district.prefecture_id == code and chosen in ("", district.code)

    @cached_property
    def standing(self) -> tuple[Association, ...]:
        """この届出のあとも会員である郡市区等医師会と、それに支えられる都道府県医師会。よその系列の在籍は含まない。"""
        leaving = self.grounds.leaving if self.grounds is not None and self.grounds.is_valid() else set()
        held = [one.membership.association for one in self.seats if one.membership.association_id not in leaving]
        parents = {one.parent_id for one in held if one.is_district}
        return tuple(one for one in held if one.is_district or one.pk in parents)

    def _kept(self, codes: set[str]) -> tuple[Association, ...]:
        """前の検索で選んだ医師会のうち、いまの検索に出ていないもの。郡市区等には、その都道府県医師会が付く。

        支える郡市区等のない都道府県は、残さない。いま会員である層には、はじめからチェックが入るからである。
        """
        elsewhere = association_queries.live_with_codes(codes - {one.code for one in self.found})
        new = [one for one in elsewhere if one.pk not in self.before]
        kept = {one.pk: one for one in new if one.is_district}
        kept |= {one.parent.pk: one.parent for one in kept.values() if one.parent is not None}
        supported = {one.parent_id for one in self.standing}
        kept |= {one.pk: one for one in new if one.is_prefecture and one.pk in supported}
        kept = {pk: one for pk, one in kept.items() if one not in self.found}
        upper = (association_queries.national(),) if kept and not self.found else ()
        return (*sorted(kept.values(), key=lambda one: (one.prefecture_id, one.is_prefecture, one.code)), *upper)

    @cached_property
    def suggested(self) -> list[Association]:
        """勤務先の区域の医師会（どの医師会に入ればよいですか）。"""
        town = self.work.facility.municipality if self.work is not None and self.work.facility is not None else None
        if town is None:
            return []
        return [one for one in town.associations.filter(closed_on=None) if one.is_district]

    def destination_form(self, data: Any = None) -> PicksForm:
        """入会を希望する医師会の頁：前の検索で選んだものと、いまの検索で見つかったもの。

        いま会員である上の層には、はじめからチェックを入れておく。
        """
        answer = self.answers.get("destination", {})
        kept = self._kept(ticked_codes(answer) | ticked_codes(data or {}))
        categories = association_queries.selectable_categories(
            [one.pk for one in (*kept, *self.found)], self.effective_on or self.today
        )
        form = PicksForm(
            data,
            found=self.found,
            kept=kept,
            standing=self.standing,
            needs_district=self.errand is MOVING or not self.standing,
            categories=categories,
            held=self.before,
            proposed=self._proposed(categories),
        )
        if data is None:
            form.initial = self._usual(form) | form.written(answer)
        return form

    def _proposed(self, categories: Mapping[int, list[Category]]) -> dict[int, Category]:
        """すすめる会員区分。いま会員であれば、すすめない（いまのままが初めに入る）。"""
        if self.duty_told is None:
            return {}
        found = {pk: association_queries.proposed_category(some, self.duty_told) for pk, some in categories.items()}
        return {pk: one for pk, one in found.items() if one is not None}

    def _usual(self, form: PicksForm) -> dict[str, Any]:
        """はじめに入れておくもの：名ざして探した郡市区等、いま会員である層、いまの会員区分かすすめる会員区分。"""
        tiers = {Tier(seat.membership.association.tier) for seat in self.seats}
        usual: dict[str, Any] = {}
        for one in form.offered:
            held = self.before.get(one.pk)
            kept = next((category for category in form.categories.get(one.pk, ()) if category.pk == held), None)
            category = kept or form.proposed.get(one.pk)
            usual[f"category_{one.code}"] = category.code if category else ""
            is_named = one.code == self._searched[1]
            usual[f"join_{one.code}"] = is_named or (not one.is_district and Tier(one.tier) in tiers)
        return usual

    @cached_property
    def destination(self) -> PicksForm | None:
        """残した答えを確かめたもの。"""
        if self.errand is LEAVING or (self.errand is MOVING and Reason.TRANSFER not in self.reasons):
            return None
        return self.destination_form(as_data(self.answers.get("destination", {})))

    # 必要事項、所属施設、施設業務

    def details_form(self, data: Any = None) -> DetailsForm:
        """必要事項の頁。いまの内容を入れておく。"""
        initial = self._initial(DetailsForm, "details", data)
        if data is None and "details" not in self.answers:
            initial = details_of(queries.facts_of(self.doctor, DETAILS))
        return DetailsForm(data, prefectures=self.prefectures, initial=initial)

    @property
    def is_as_is(self) -> bool:
        """表示されている内容に変更がないと言われたか（Topic 02 の 8）。"""
        return bool(self.answers.get("as_is"))

    @cached_property
    def facts(self) -> dict[str, Any]:
        """会員情報のうち、変わるもの。"""
        answer = self.answers.get("details", {})
        form = self.details_form(as_data(answer))
        if not form.is_valid():
            return {}
        held = queries.facts_of(self.doctor, DETAILS)
        return {name: value for name, value in form.facts.items() if DETAILS[name] in answer and value != held[name]}

    def workplace_form(self, data: Any = None) -> WorkplaceForm:
        """所属施設の頁。打たれた言葉で候補を探す。"""
        typed = as_data(self.answers.get("workplace", {})) if data is None else data
        form = WorkplaceForm(
            data,
            candidates=self._candidates_for(typed),
            prefectures=self.prefectures,
            initial=self._initial(WorkplaceForm, "workplace", data),
        )
        if data is None and "workplace" not in self.answers:
            form.initial["unlisted_prefecture"] = self._destination_prefecture
        return form

    def _candidates_for(self, typed: Any) -> list[Facility]:
        """言葉に合う候補と、すでに選ばれている施設。"""
        found = list(self.candidates(typed.get("words", "")).facilities)
        chosen = typed.get("facility", "")
        if chosen.isascii() and chosen.isdigit() and int(chosen) not in {one.pk for one in found}:
            found += doctors_queries.live_facilities().filter(pk=int(chosen[:9]))
        return found

    def candidates(self, words: str) -> Candidates:
        """施設の候補。"""
        return doctors_queries.facility_candidates(words) if words.strip() else Candidates()

    @property
    def _destination_prefecture(self) -> str:
        """異動先の都道府県、なければいまの勤務先の都道府県。"""
        return str(self.answers.get("search", {}).get("prefecture", [""])[0] or self._first_prefecture)

    def duties_form(self, data: Any = None) -> DutiesForm:
        """施設業務の頁。まだ書いていなければ、事由が告げる施設業務か、いまのものを入れておく。"""
        initial = self._initial(DutiesForm, "duties", data)
        if data is None and "duties" not in self.answers and self.duty_told is not None:
            initial = {"duty": self.duty_told.value}
        return DutiesForm(data, by_office=self.desk.is_office, initial=initial)

    @cached_property
    def workplace(self) -> WorkplaceForm:
        form = self.workplace_form(as_data(self.answers.get("workplace", {})))
        form.full_clean()
        return form

    @cached_property
    def duties(self) -> DutiesForm:
        form = self.duties_form(as_data(self.answers.get("duties", {})))
        form.full_clean()
        return form

    @cached_property
    def work_wanted(self) -> WorkWanted | None:
        """変わったあとの所属施設。変わらなければ、ない。"""
        if self.is_as_is or self.errand is LEAVING or self.workplace.errors or self.duties.errors:
            return None
        chosen, duty = self.workplace.chosen, self.duties.cleaned_data["duty"]
        if chosen is not None:
            return WorkWanted(facility_id=chosen.pk, duty=duty)
        cleaned = self.workplace.cleaned_data
        return WorkWanted(unlisted_name=cleaned["unlisted"], prefecture_code=cleaned["unlisted_prefecture"], duty=duty)

    @property
    def work_name(self) -> str:
        """変わったあとの所属施設の名。"""
        if self.work_wanted is None:
            return ""
        chosen = self.workplace.chosen
        return chosen.name if chosen else f"{self.work_wanted.unlisted_name}（未定）"

    @property
    def work_is_same(self) -> bool:
        """変わったあとの所属施設が、いまと同じか。"""
        wanted = self.work_wanted
        return wanted is not None and self.work is not None and wanted.facility_id == self.work.facility_id is not None

    @property
    def duty_is_same(self) -> bool:
        """変わったあとの施設業務が、いまと同じか。"""
        return self.work_wanted is not None and self.work is not None and self.work_wanted.duty == self.work.duty

    @property
    def duty_label(self) -> str:
        return DUTY_LABELS[Duty(self.work_wanted.duty)] if self.work_wanted else ""

    # 退会

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        return scopes_for([seat.membership.association for seat in self.seats], self.before, self.bodies)

    @property
    def scope_words(self) -> list[str]:
        """選べる退会の範囲の言葉。"""
        return [one.words for one in self._scopes.values()]

    def leaving_form(self, data: Any = None) -> LeavingForm:
        """退会の頁。"""
        scopes = [(name, one.words) for name, one in self._scopes.items()]
        return LeavingForm(data, scopes=scopes, today=self.today, initial=self._initial(LeavingForm, "leaving", data))

    @cached_property
    def leaving(self) -> LeavingForm:
        form = self.leaving_form(as_data(self.answers.get("leaving", {})))
        form.full_clean()
        return form

    def day_form(self, data: Any = None) -> JoiningDayForm:
        """入会を希望する日の頁。"""
        initial = self._initial(JoiningDayForm, "day", data)
        return JoiningDayForm(data, today=self.today, by_office=self.desk.is_office, initial=initial)

    # 医師会の尋ねること

    @cached_property
    def items(self) -> list[JoinItem]:
        """新しく入会する医師会の尋ねること。直しているときは、前に尋ねて、いまはやめたことも。"""
        picks = self.answers.get("destination", {})
        codes = [name.removeprefix("join_") for name in picks if name.startswith("join_")]
        found = {one.pk: one for one in association_queries.items_asked_at(codes)} if codes else {}
        found |= {one.item_id: one.item for one in self._answered}
        carried = {one.item.association_id for one in self._carried}
        # 在籍を確かめるのは、尋ねることがあるときだけである。
        asked = (one for one in found.values() if self._joins(one) and one.association_id not in carried)
        return association_queries.in_asking_order(asked)

    @cached_property
    def _answered(self) -> list[SheetAnswer]:
        """前の申請書の答えのうち、この机で直せるもの。"""
        return list(self.desk.answers_on(self.application.sheet)) if self.application else []

    @cached_property
    def _carried(self) -> tuple[Answer, ...]:
        """前の申請書の答えのうち、この机では読めないもの。読まないまま、次の申請書に移す。"""
        if self.application is None:
            return ()
        shown = {one.pk for one in self._answered}
        before = (one for one in queries.answers_of(self.application.sheet) if one.pk not in shown)
        return tuple(answered_before(one) for one in before)

    def _joins(self, item: JoinItem) -> bool:
        """それを尋ねる医師会に、新しく入会するか。"""
        return item.association_id in self.after and item.association_id not in self.before

    def questions_form(self, data: Any = None, files: Any = None) -> QuestionsForm:
        """医師会の尋ねることの頁。選ばれた添付は、すぐに預かる。"""
        form = QuestionsForm(data, files, items=self.items, by_office=self.desk.is_office)
        if data is None:
            form.initial = as_initial(form, self.answers.get("questions", {}))
            for name, stored in self.questions.uploads.items():
                show_held(form, name, stored)
            return form
        hold_uploads(form, by_user_id=self.desk.owner_id, at=self.at)
        form.recall(self._answered)
        return form

    @cached_property
    def questions(self) -> QuestionsForm:
        """残した答えを確かめたもの。"""
        form = self.questions_form(as_data(self.answers.get("questions", {})))
        form.full_clean()
        return form

    @property
    def uploads(self) -> set[str]:
        """この下書きのために預かったファイルの名。"""
        held = [*self.questions.uploads.values(), *([self.scan] if self.scan else [])]
        return {one.token for one in held}

    # 紙

    def paper_form(self, data: Any = None, files: Any = None) -> SlipForm:
        """届出の紙の頁。選ばれた写しは、すぐに預かる。"""
        form = SlipForm(data, files, on=self.today, initial=self._initial(SlipForm, "paper", data))
        hold_uploads(form, by_user_id=self.desk.owner_id, at=self.at)
        if data is None:
            show_held(form, "scan", self.scan)
        return form

    @cached_property
    def paper(self) -> SlipForm:
        """残した紙の日付と写し、連絡を確かめたもの。"""
        form = SlipForm(as_data(self.answers.get("paper", {})), on=self.today)
        hold_uploads(form, by_user_id=self.desk.owner_id, at=self.at)
        form.full_clean()
        return form

    @property
    def scan(self) -> StoredFile | None:
        """預かった写し。"""
        field = self.paper.fields["scan"]
        return field.stored if isinstance(field, UploadField) else None

    # 全体

    @cached_property
    def effective_on(self) -> date | None:
        """書かれた異動日。"""
        field = ReasonForm.base_fields["effective_on"]
        answer = as_data(self.answers.get(self.day_slug, {}))
        typed = field.widget.value_from_datadict(answer, {}, "effective_on")
        try:
            day: date | None = field.clean(typed)
        except ValidationError:
            return None
        return day

    @cached_property
    def problems(self) -> tuple[tuple[str, Step], ...]:
        """申請する前に直すことと、その段階。"""
        forms: dict[str, Any] = {
            "reason": lambda: self.reason_form(as_data(self.answers.get("reason", {}))),
            "grounds": lambda: self.grounds,
            "destination": lambda: self.destination if self.destination and self.destination.offered else None,
            "day": lambda: self.day_form(as_data(self.answers.get("day", {}))),
            "leaving": lambda: self.leaving,
            "workplace": lambda: self.workplace,
            "duties": lambda: self.duties,
            "questions": lambda: self.questions,
            "paper": lambda: self.paper,
        }
        found = [
            (f"「{step.title}」を書き終えてください。", step)
            for step in self.wizard.steps
            if step.slug in forms and not ((form := forms[step.slug]()) and form.is_valid())
        ]
        if not found and dict(self.after) == self.before and self.work_wanted is None:
            found.append(("いまと変わるところがありません。変わるところを選んでください。", self.wizard.steps[0]))
        return tuple(found)

    # 確認の頁に出すこと

    @property
    def reason_labels(self) -> list[str]:
        return [REASON_LABELS[one] for one in self.reasons]

    @property
    def cause_labels(self) -> list[str]:
        return [CAUSE_LABELS[Cause(one)] for one in self._causes]

    @property
    def causes_slug(self) -> str:
        """事由の項目を直す段階。"""
        return "leaving" if self.errand is LEAVING else "grounds"

    @property
    def day_label(self) -> str:
        return {MOVING.slug: "異動日", JOINING.slug: "入会を希望する日", LEAVING.slug: "退会日"}[self.errand.slug]

    @property
    def day_slug(self) -> str:
        """日を直す段階。"""
        return {MOVING.slug: "reason", JOINING.slug: "day", LEAVING.slug: "leaving"}[self.errand.slug]

    @property
    def seats_slug(self) -> str:
        """医師会と会員区分を直す段階。"""
        if self.errand is LEAVING:
            return "leaving"
        if self.destination is not None:
            return "destination"
        return "grounds" if self.grounds is not None else "reason"

    @property
    def facts_shown(self) -> list[queries.Change]:
        """会員情報の変わるところ。"""
        return queries.facts_changed(queries.facts_of(self.doctor, self.facts), self.facts)

    @property
    def route_shown(self) -> list[tuple[str, str]]:
        """決める医師会と、すること。"""
        return [(association.name, TASK_LABELS[one.task]) for association, one in queries.named(self.planned)]

    @property
    def is_decided_here(self) -> bool:
        """写している医師会も、決める医師会の一つか。"""
        return any(one.body == self.desk.association_id for one in self.planned)

    @property
    def licence_number(self) -> str:
        """医籍登録番号。紙の医師であることを確かめる。"""
        licence = doctors_queries.current_licence(self.doctor)
        return licence.number if licence else "（ありません）"

    @property
    def work_place_chosen(self) -> str:
        """選んだ施設の名。"""
        if self.workplace.errors:
            return ""
        chosen = self.workplace.chosen
        return chosen.name if chosen else f"{self.workplace.cleaned_data['unlisted']}（未定）"

    @property
    def duty_chosen(self) -> str:
        """選んだ施設業務。"""
        return "" if self.duties.errors else DUTY_LABELS[Duty(self.duties.cleaned_data["duty"])]

    @property
    def is_ready(self) -> bool:
        """申請できるか。"""
        return not self.problems

    def request(self) -> Request:
        """届け出ること。is_ready のときだけ作れる。"""
        day = self.effective_on
        if day is None:
            raise DayNotAllowed(by_office=self.desk.is_office)
        return Request(
            after=self.after,
            effective_on=day,
            reasons=self.reasons if self.errand is MOVING else (),
            causes=self._causes,
            work=self.work_wanted,
            facts=self.facts,
            note=self.note,
            delegates=self.delegates,
            answers=(*self.questions.answers, *(one for one in self._carried if self._joins(one.item))),
        )

    @property
    def after_work(self) -> str:
        """所属施設と施設業務のあとの段階の名。"""
        return next(step.title for step in self.wizard.steps if step.slug in ("questions", "paper", "check"))

    @property
    def note_slug(self) -> str:
        """医師会への連絡を書く段階。"""
        if self.desk.is_office:
            return "paper"
        return "leaving" if self.errand is LEAVING else "duties"

    @property
    def note(self) -> str:
        """医師会への連絡。"""
        forms: dict[str, Any] = {"paper": lambda: self.paper, "leaving": lambda: self.leaving}
        if self.note_slug == "duties" and self.is_as_is:
            return ""
        form = forms.get(self.note_slug, lambda: self.duties)()
        return str(form.cleaned_data.get("note", ""))

    @property
    def _causes(self) -> tuple[str, ...]:
        if self.errand is LEAVING:
            return tuple(self.leaving.cleaned_data.get("causes", ()))
        return self.grounds.causes if self.grounds is not None and self.grounds.is_valid() else ()

    def _initial(self, form: type, slug: str, data: Any) -> dict[str, Any]:
        return {} if data is not None else as_initial(form, self.answers.get(slug, {}))


@dataclass(frozen=True)
class Begun:
    """書きかけの届出：下書きと、その名。"""

    draft: Draft
    title: str

    @property
    def kept_until(self) -> date:
        return localdate(self.draft.written_at + KEPT)


def begun_by(doctor: Doctor, at: datetime) -> list[Begun]:
    """書きかけの届出のすべて。"""
    return [Begun(one, _title_of(one.subject)) for one in queries.drafts(doctor, at)]


@dataclass(frozen=True)
class BegunPaper(Begun):
    """書きかけの代行入力：だれの紙か。"""

    doctor: Doctor
    name: str
    printed: Printout | None

    @property
    def is_printable(self) -> bool:
        """用紙を印刷できるか。直しているものには、用紙がない。"""
        return self.name in PRINTED


def on_paper(drafts: Iterable[PaperDraft], returned: Iterable[str], printouts: Iterable[Printout]) -> list[BegunPaper]:
    """書きかけの代行入力のうち、続けられるもの。`returned` は直せる届出の受付番号、`printouts` は待っている用紙。"""
    known = {*ERRANDS, *returned}
    waiting = {(one.doctor_id, one.kind): one for one in reversed(list(printouts))}
    return [
        BegunPaper(
            one.draft,
            _title_of(one.name),
            one.doctor,
            one.name,
            waiting.get((one.doctor.pk, PRINTED.get(one.name, ""))),
        )
        for one in drafts
        if one.name in known
    ]


def _title_of(subject: str) -> str:
    return ERRANDS[subject].title if subject in ERRANDS else f"差し戻された届出（受付番号 {subject}）"


def moving_of(desk: Desk, errand: Errand, at: datetime) -> Moving:
    """新しく書く届出。印刷した用紙があれば、刷ったところから始める。"""
    draft = desk.draft(errand.slug, at)
    answers = draft.answers if draft else desk.begun_on_paper(errand.slug, at)
    return _moving(desk, errand, None, draft, answers, at)


def correcting(desk: Desk, application: Application, at: datetime) -> Moving:
    """差し戻されて、直している届出。まだ直し始めていなければ、前の申請書から始める。"""
    draft = desk.draft(application.receipt_no, at)
    answers = (
        draft.answers if draft else answers_from(application.sheet, application, desk.answers_on(application.sheet))
    )
    return _moving(desk, CORRECTED_AS[Procedure(application.kind)], application, draft, answers, at)


def reread(moving: Moving) -> Moving:
    """書き足したあとの届出。"""
    draft = moving.desk.draft(moving.subject, moving.at)
    return replace(moving, draft=draft, answers=draft.answers if draft else moving.answers)


def _moving(
    desk: Desk,
    errand: Errand,
    application: Application | None,
    draft: Draft | None,
    answers: dict[str, Any],
    at: datetime,
) -> Moving:
    return Moving(
        desk=desk,
        errand=errand,
        held=tuple(queries.seats(desk.doctor, localdate(at))),
        work=doctors_queries.main_workplace(desk.doctor, localdate(at)),
        application=application,
        draft=draft,
        answers=answers,
        at=at,
    )
