"""届出で医師が書くこと（newsletter Topic 02・03、membership.md §4）。"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mamis.associations.forms.office import PhoneField, PostcodeField
from mamis.associations.models import Association, Category, Prefecture
from mamis.associations.rules import DUTY_LABELS, Duty, Tier
from mamis.doctors.models import Facility
from mamis.fields import ChoiceField, DateField3, MultipleChoiceField, TextField, TickField
from mamis.fields.dates import HINT
from mamis.membership.models import MembershipCategory
from mamis.membership.operations import DayNotAllowed
from mamis.membership.rules import (
    CATEGORY_CAUSES,
    CAUSE_LABELS,
    LEAVE_CAUSES,
    REASON_LABELS,
    REASON_WORDS,
    TRANSFER_CAUSES,
    Cause,
    Reason,
    day_is_allowed,
)
from mamis.wizard.views import Typed, as_initial

_JOIN = re.compile(r"join_([0-9-]{2,10})", re.ASCII)
NOT_CHOSEN = ("", "選んでください")
ALL_DISTRICTS = ("", "すべて")
PAPER_DAY_HINT = f"過ぎた日でも、一年先までの日でもかまいません。{HINT}"
DAY_HINT = f"これからの日でも、過ぎた日（180\u00a0日前まで）でもかまいません。{HINT}"


def _causes(causes: Sequence[Cause]) -> list[tuple[str, str]]:
    return [(one.value, CAUSE_LABELS[one]) for one in causes]


def choice_words(title: str, hint: str) -> SafeString:
    """選ぶものの一行：太い名の下に、説明を添える。"""
    return format_html('<b>{}</b> <span class="hint">{}</span>', title, hint)


class DayForm(forms.Form):
    """異動日を尋ねる。紙を写す事務局は、180 日より前の日も書ける。"""

    def __init__(self, *args: Any, today: date, by_office: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today, self.by_office = today, by_office
        if by_office:
            self.fields["effective_on"].help_text = PAPER_DAY_HINT

    def clean_effective_on(self) -> date:
        """書ける日か。"""
        day: date = self.cleaned_data["effective_on"]
        if not day_is_allowed(day, self.today, by_office=self.by_office):
            raise ValidationError(str(DayNotAllowed(by_office=self.by_office)))
        return day


class ReasonForm(DayForm):
    """異動事由と異動日。"""

    reasons = MultipleChoiceField(
        label="異動事由",
        choices=[(one.value, choice_words(REASON_LABELS[one], REASON_WORDS[one])) for one in Reason],
        help_text="あてはまるものすべてに、チェックを入れてください。",
        error_messages={"required": "異動事由に、一つ以上チェックを入れてください。"},
    )
    effective_on = DateField3(label="異動日（いつから変わりますか）", help_text=DAY_HINT)


@dataclass(frozen=True)
class SeatRow:
    """いまの所属医師会の一行：在籍と、その欄。"""

    seat: MembershipCategory
    tick: BoundField
    category: BoundField | None = None
    words: str = ""

    @property
    def association(self) -> Association:
        return self.seat.membership.association


class GroundsForm(forms.Form):
    """事由の項目と、その下に、いまの所属医師会。"""

    def __init__(
        self,
        *args: Any,
        reasons: Sequence[Reason],
        seats: Sequence[MembershipCategory],
        offered: Mapping[int, Sequence[Category]],
        changeable: Container[int],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.reasons, self.seats, self.offered, self.changeable = reasons, seats, offered, changeable
        if Reason.CATEGORY in reasons:
            self.fields["category_causes"] = _cause_field("変更事由", CATEGORY_CAUSES)
        if Reason.TRANSFER in reasons:
            self.fields["transfer_causes"] = _cause_field("異動事由の項目", TRANSFER_CAUSES)
        for seat in seats:
            self._add_seat(seat)

    def _add_seat(self, seat: MembershipCategory) -> None:
        association = seat.membership.association
        if Reason.TRANSFER in self.reasons and association.is_district:
            self.fields[f"leave_{association.code}"] = TickField(
                label=f"{association.name}から異動する", required=False
            )
        if Reason.CATEGORY in self.reasons and association.pk in self.changeable:
            self.fields[f"change_{association.code}"] = TickField(
                label=f"{association.name}の会員区分を変更する", required=False
            )
            choices = [(one.code, one.label) for one in self.offered.get(association.pk, ()) if one != seat.category]
            self.fields[f"category_{association.code}"] = ChoiceField(
                label="変更予定の区分", choices=[NOT_CHOSEN, *choices], required=False
            )

    @property
    def change_rows(self) -> list[SeatRow]:
        """会員区分を変える医師会を選ぶ行。"""
        return [
            SeatRow(seat, self[f"change_{code}"], self[f"category_{code}"])
            for seat, code in self._coded
            if f"change_{code}" in self.fields
        ]

    @property
    def leave_rows(self) -> list[SeatRow]:
        """異動元医師会を確かめる行。"""
        return [
            SeatRow(seat, self[f"leave_{code}"], words=self._category_words(seat))
            for seat, code in self._coded
            if f"leave_{code}" in self.fields
        ]

    def _category_words(self, seat: MembershipCategory) -> str:
        """会員区分。よその系列の医師会のものは言わない。"""
        return seat.category.label if seat.membership.association_id in self.changeable else "会員"

    @property
    def _coded(self) -> list[tuple[MembershipCategory, str]]:
        return [(seat, seat.membership.association.code) for seat in self.seats]

    def clean(self) -> dict[str, Any]:
        """チェックした医師会には区分を、区分を選んだ医師会にはチェックを。異動元は一つ以上。"""
        cleaned = dict(self.cleaned_data)
        for row in self.change_rows:
            code = row.association.code
            ticked, chosen = cleaned.get(f"change_{code}"), cleaned.get(f"category_{code}")
            if ticked and not chosen and f"category_{code}" in cleaned:
                self.add_error(f"category_{code}", f"{row.association.name}の変更予定の区分を選んでください。")
            if chosen and not ticked:
                self.add_error(f"change_{code}", f"変更するときは、{row.association.name}にチェックを入れてください。")
        touched = {f"{part}_{row.association.code}" for row in self.change_rows for part in ("change", "category")}
        if self.change_rows and not any(cleaned.get(name) for name in touched) and not touched & set(self.errors):
            first = self.change_rows[0].association.code
            self.add_error(f"change_{first}", "会員区分を変更する医師会に、チェックを入れてください。")
        if self.leave_rows and not any(cleaned.get(f"leave_{row.association.code}") for row in self.leave_rows):
            first = self.leave_rows[0].association.code
            self.add_error(f"leave_{first}", "異動元の医師会に、チェックを入れてください。")
        return cleaned

    @property
    def causes(self) -> tuple[str, ...]:
        """選ばれた事由の項目。"""
        cleaned = self.cleaned_data
        return tuple(dict.fromkeys([*cleaned.get("category_causes", ()), *cleaned.get("transfer_causes", ())]))

    @property
    def changes(self) -> dict[int, int]:
        """会員区分を変える医師会と、新しい会員区分。"""
        return {
            row.association.pk: _by_code(
                self.offered, row.association.pk, self.cleaned_data[f"category_{row.association.code}"]
            )
            for row in self.change_rows
            if self.cleaned_data.get(f"change_{row.association.code}")
        }

    @property
    def leaving(self) -> set[int]:
        """異動元の郡市区等医師会。"""
        return {row.association.pk for row in self.leave_rows if self.cleaned_data.get(f"leave_{row.association.code}")}


def _cause_field(label: str, causes: Sequence[Cause]) -> MultipleChoiceField:
    return MultipleChoiceField(
        label=label,
        choices=_causes(causes),
        help_text="あてはまるものに、チェックを入れてください。",
        error_messages={"required": f"{label}に、一つ以上チェックを入れてください。"},
    )


def _by_code(offered: Mapping[int, Sequence[Category]], association: int, code: str) -> int:
    return next(one.pk for one in offered[association] if one.code == code)


class SearchForm(forms.Form):
    """異動先を探す：都道府県と郡市区。"""

    prefecture = ChoiceField(label="都道府県")
    district = ChoiceField(label="郡市区", required=False)

    def __init__(
        self, *args: Any, prefectures: Sequence[Prefecture], districts: Sequence[Association], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["prefecture"].choices = [NOT_CHOSEN, *((one.code, one.name) for one in prefectures)]
        self.fields["district"].choices = [ALL_DISTRICTS, *((one.code, one.name) for one in districts)]


@dataclass(frozen=True)
class PickRow:
    """入会を希望する医師会の一行。"""

    association: Association
    tick: BoundField
    category: BoundField
    is_held: bool
    proposed: Category | None


class PicksForm(forms.Form):
    """入会を希望する医師会と、その会員区分：前の検索で選んだもの（`kept`）と、いまの検索で見つかったもの（`found`）。

    `standing` は、この届出のあとも会員である郡市区等と都道府県。`needs_district` は、新しい郡市区等が一つは要ること。
    """

    def __init__(
        self,
        *args: Any,
        found: Sequence[Association],
        kept: Sequence[Association],
        standing: Sequence[Association],
        needs_district: bool,
        categories: Mapping[int, Sequence[Category]],
        held: Mapping[int, int],
        proposed: Mapping[int, Category],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.found, self.kept, self.standing, self.needs_district = found, kept, standing, needs_district
        self.categories, self.held, self.proposed = categories, held, proposed
        self.offered = (*kept, *found)
        for association in self.offered:
            self.fields[f"join_{association.code}"] = TickField(label=association.name, required=False)
            choices = [(one.code, one.label) for one in categories.get(association.pk, ())]
            self.fields[f"category_{association.code}"] = ChoiceField(
                label="会員区分", choices=[NOT_CHOSEN, *choices], required=False
            )
        self.fields["leaves_upper"] = TickField(
            label="会員でなくなることを確かめました",
            required=False,
            help_text="チェックを入れない上の層の医師会は、退会することになります。",
        )

    @property
    def tiers(self) -> list[tuple[str, list[PickRow]]]:
        """層ごとの行。"""
        names = {Tier.DISTRICT: "郡市区等医師会", Tier.PREFECTURE: "都道府県医師会", Tier.NATIONAL: "日本医師会"}
        return [
            (name, rows)
            for tier, name in names.items()
            if (rows := [self._row(one) for one in self.found if one.tier == tier])
        ]

    @property
    def kept_rows(self) -> list[PickRow]:
        """前の検索で選んだ医師会の行。"""
        return [self._row(one) for one in self.kept]

    def _row(self, association: Association) -> PickRow:
        return PickRow(
            association,
            self[f"join_{association.code}"],
            self[f"category_{association.code}"],
            association.pk in self.held,
            self.proposed.get(association.pk),
        )

    def clean(self) -> dict[str, Any]:
        """チェックした医師会には区分を。新しく入るところは一つ以上、上の層には下の層を。"""
        cleaned = dict(self.cleaned_data)
        ticked = {one.pk: one for one in self.offered if cleaned.get(f"join_{one.code}")}
        for one in self.offered:
            chosen = cleaned.get(f"category_{one.code}")
            if one.pk in ticked and not chosen and f"category_{one.code}" in cleaned:
                self.add_error(f"category_{one.code}", f"{one.name}の会員区分を選んでください。")
        self._require_new(ticked)
        self._require_below(ticked)
        self._require_whole(ticked)
        self._require_leaving_confirmed(ticked, cleaned)
        return cleaned

    def _require_new(self, ticked: Mapping[int, Association]) -> None:
        """新しく入るところがあるか。郡市区等が要るなら、郡市区等が。"""
        new = [one for one in self.offered if one.pk not in self.held and (one.is_district or not self.needs_district)]
        if new and not any(one.pk in ticked for one in new):
            what = "郡市区等医師会" if self.needs_district else "医師会"
            self.add_error(f"join_{new[0].code}", f"入会する{what}に、チェックを入れてください。")

    def _require_below(self, ticked: Mapping[int, Association]) -> None:
        """都道府県には、その郡市区等が。日本医師会には、都道府県が。"""
        below = [*ticked.values(), *(one for one in self.standing if one not in self.offered)]
        districts = [one for one in below if one.is_district]
        for upper in (one for one in ticked.values() if one.is_prefecture):
            if districts and not any(one.parent_id == upper.pk for one in districts):
                words = (
                    f"{upper.name}の会員になるには、その都道府県の郡市区等医師会への入会が必要です。"
                    f"郡市区等医師会にもチェックを入れるか、{upper.name}のチェックを外してください。"
                )
                self.add_error(f"join_{upper.code}", words)
        parents = {one.parent_id for one in districts}
        prefectures = sorted((one for one in self.offered if one.is_prefecture), key=lambda one: one.pk not in parents)
        wants_national = any(one.is_national for one in ticked.values())
        if wants_national and prefectures and not any(one.is_prefecture for one in below):
            first = prefectures[0]
            words = f"{first.name}にチェックを入れてください。日本医師会の会員には、{first.name}への入会が必要です。"
            self.add_error(f"join_{first.code}", words)

    def _require_whole(self, ticked: Mapping[int, Association]) -> None:
        """一部の層だけの会員を認めない医師会か。"""
        for strict in (one for one in ticked.values() if one.is_district and not one.allows_partial):
            uppers = (one for one in self.offered if one.is_national or one.pk == strict.parent_id)
            for upper in uppers:
                if upper.pk not in ticked and f"join_{upper.code}" not in self.errors:
                    words = f"{strict.name}は、{upper.name}にも入会していただく決まりです。"
                    self.add_error(f"join_{upper.code}", words)

    def _require_leaving_confirmed(self, ticked: Mapping[int, Association], cleaned: Mapping[str, Any]) -> None:
        """いま会員である上の層を選ばないのは、そこを退会することである。もう一度尋ねる。"""
        leaving = self.leaving_upper(ticked)
        if leaving and not cleaned.get("leaves_upper") and not self.errors:
            names = "と".join(one.name for one in leaving)
            self.add_error(
                "leaves_upper", f"チェックがないと、{names}を退会することになります。それでよいか、確かめてください。"
            )

    def leaving_upper(self, ticked: Mapping[int, Association]) -> list[Association]:
        """選ばれなかった、いま会員である上の層の医師会。"""
        return [one for one in self.offered if not one.is_district and one.pk in self.held and one.pk not in ticked]

    @property
    def asks_about_leaving(self) -> bool:
        """会員でなくなることを、もう一度尋ねるか。"""
        return "leaves_upper" in self.errors or bool((self.data if self.is_bound else self.initial).get("leaves_upper"))

    def written(self, answer: Typed) -> dict[str, Any]:
        """前に書かれたもの。まだ出ていなかった医師会の欄は、含まない。"""
        names = {
            name for one in self.offered for name in _names(one) if any(written in answer for written in _names(one))
        }
        return {name: value for name, value in as_initial(self, answer).items() if name in {*names, "leaves_upper"}}

    def remembered(self, answer: Typed) -> Typed:
        """もう一度探すときに覚えておくもの：チェックを入れた医師会と、上の層。"""
        names = {
            name for one in self.offered for name in _names(one) if f"join_{one.code}" in answer or not one.is_district
        }
        return {name: value for name, value in answer.items() if name in names}

    @property
    def picks(self) -> dict[int, int]:
        """入会を希望する医師会と会員区分。"""
        return {
            one.pk: _by_code(self.categories, one.pk, self.cleaned_data[f"category_{one.code}"])
            for one in self.offered
            if self.cleaned_data.get(f"join_{one.code}")
        }


def _names(association: Association) -> tuple[str, str]:
    return f"join_{association.code}", f"category_{association.code}"


def ticked_codes(answer: Iterable[str]) -> set[str]:
    """チェックの入った医師会のコード。"""
    return {match[1] for name in answer if (match := _JOIN.fullmatch(name))}


class JoiningDayForm(DayForm):
    """入会の希望日。"""

    effective_on = DateField3(label="入会を希望する日", help_text=DAY_HINT)


# 連絡先の列と、その欄。
DETAILS = {
    "postcode": "postcode",
    "home_prefecture_id": "home_prefecture",
    "address": "address",
    "telephone": "telephone",
}


def details_of(facts: Mapping[str, str]) -> dict[str, str]:
    """連絡先を、欄に入れる形に。"""
    return {field: facts[name] for name, field in DETAILS.items()}


class DetailsForm(forms.Form):
    """必要事項：連絡先。いまの内容が入っている。"""

    postcode = PostcodeField(label="自宅の郵便番号", required=False)
    home_prefecture = ChoiceField(label="自宅の都道府県", required=False)
    address = TextField(label="自宅の住所", max_length=200, required=False)
    telephone = PhoneField(label="電話", required=False)

    def __init__(self, *args: Any, prefectures: Sequence[Prefecture], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["home_prefecture"].choices = [NOT_CHOSEN, *((one.code, one.name) for one in prefectures)]

    @property
    def facts(self) -> dict[str, str]:
        """打たれた連絡先。列の名で。"""
        return {name: self.cleaned_data[field] for name, field in DETAILS.items()}


def facility_words(facility: Facility) -> SafeString:
    """候補の一行：同じ名の施設を見分けられるように、種別と所在地を添える。"""
    place = facility.prefecture.name + facility.place_words.removeprefix(facility.prefecture.name)
    return choice_words(facility.name, "　".join(filter(None, (facility.kind_label, place))))


class WorkplaceForm(forms.Form):
    """所属施設：名の一部で探し、候補から選ぶ。なければ「未定」に書く。"""

    words = TextField(
        label="施設名の一部",
        required=False,
        max_length=100,
        help_text="施設名、電話番号、町の名などの一部を入力して、候補を探してください。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-30"}),
    )
    facility = ChoiceField(label="候補", required=False, widget=forms.RadioSelect)
    unlisted = TextField(
        label="未定",
        required=False,
        max_length=120,
        help_text="候補にないときは、施設名をここに入力してください。医師会が確かめて、施設の一覧に加えます。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-30"}),
    )
    unlisted_prefecture = ChoiceField(label="「未定」に書いた施設の都道府県", required=False)

    def __init__(
        self,
        *args: Any,
        candidates: Sequence[Facility],
        prefectures: Sequence[Prefecture],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.facilities = {str(one.pk): one for one in candidates}
        self.fields["facility"].choices = [(str(one.pk), facility_words(one)) for one in candidates]
        self.fields["unlisted_prefecture"].choices = [NOT_CHOSEN, *((one.code, one.name) for one in prefectures)]
        self.prefectures = {one.code for one in prefectures}

    def clean(self) -> dict[str, Any]:
        """候補か「未定」の、どちらか一つ。選んだものが候補にもうなければ、探すところから。"""
        cleaned = dict(self.cleaned_data)
        if "facility" in self.errors:
            del self.errors["facility"]
            self.add_error("words", "選んだ施設は、いまは候補にありません。もう一度探して、選び直してください。")
        if self.errors:
            return cleaned
        if not cleaned.get("facility") and not cleaned.get("unlisted"):
            self.add_error("words", "候補から施設を選ぶか、候補にないときは「未定」に施設名を入力してください。")
        if cleaned.get("facility") and cleaned.get("unlisted"):
            self.add_error("unlisted", "候補から選んだときは、「未定」は空けてください。")
        if cleaned.get("unlisted") and not cleaned.get("unlisted_prefecture"):
            self.add_error("unlisted_prefecture", "施設のある都道府県を選んでください。")
        return cleaned

    @property
    def chosen(self) -> Facility | None:
        """選ばれた施設。"""
        return self.facilities.get(self.cleaned_data.get("facility", ""))


class DutiesForm(forms.Form):
    """施設業務と、任意の項目。紙に書かれた連絡は、紙とともに写すので、ここでは尋ねない。"""

    duty = ChoiceField(
        label="施設業務",
        choices=[NOT_CHOSEN, *((one.value, DUTY_LABELS[one]) for one in Duty)],
        error_messages={"required": "施設業務を選んでください。"},
    )
    note = TextField(
        label="医師会への連絡",
        required=False,
        lines=True,
        max_length=1000,
        help_text="伝えておきたいことがあれば、1,000 文字以内で書いてください。",
    )

    def __init__(self, *args: Any, by_office: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if by_office:
            del self.fields["note"]


class LeavingForm(DayForm):
    """退会の範囲、事由、退会日。"""

    scope = ChoiceField(label="どの医師会を退会しますか", widget=forms.RadioSelect)
    causes = _cause_field("退会の事由", LEAVE_CAUSES)
    effective_on = DateField3(label="退会日", help_text=f"この日から、会員ではなくなります。{DAY_HINT}")
    note = TextField(
        label="医師会への連絡",
        required=False,
        lines=True,
        max_length=1000,
        help_text="伝えておきたいことがあれば、1,000 文字以内で書いてください。",
    )

    def __init__(self, *args: Any, scopes: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scope"].choices = scopes


class AnswerForm(forms.Form):
    """医師会のお尋ねへの答え。"""

    answer = TextField(label="お答え", lines=True, max_length=2000)


class CallOffForm(forms.Form):
    """決まった異動を取りやめるわけ。"""

    note = TextField(label="取りやめる理由", lines=True, max_length=1000)
