"""事務局が施設マスタについて書くこと：一覧の条件、施設の事実、選んだ施設。"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from mamis.associations.forms.office import PhoneField, Versioned
from mamis.associations.models import Prefecture
from mamis.doctors.models import Facility
from mamis.doctors.operations import FacilityFacts
from mamis.doctors.queries import FACILITY_SORTS, FacilityFilters
from mamis.doctors.rules import FACILITY_KIND_LABELS, FACILITY_STATE_LABELS
from mamis.fields import ChoiceField, Conditions, DateField3, HalfWidthField, KatakanaField, TextField, Words

ALL = [("", "すべて")]


class FacilityConditions(Conditions):
    """施設の一覧の条件。都道府県は、選ぶまでは自分の医師会のもの。"""

    q = TextField(label="施設名・電話・所在地などの一部", required=False, max_length=100)
    prefecture = ChoiceField(label="都道府県", required=False)
    kind = ChoiceField(label="種別", required=False, choices=[*ALL, *FACILITY_KIND_LABELS.items()])
    state = ChoiceField(label="状態", required=False, choices=[*ALL, *FACILITY_STATE_LABELS.items()])

    def __init__(self, data: QueryDict, *, own: str, prefectures: Iterable[Prefecture], on: date) -> None:
        asked = data.copy()
        asked.setdefault("prefecture", own)
        self.own, self.prefectures = own, prefectures
        super().__init__(asked, on=on)

    def arrange(self, on: date) -> None:
        """都道府県を並べる。"""
        self.fields["prefecture"].choices = [*ALL, *((one.code, one.name) for one in self.prefectures)]

    @property
    def sort(self) -> str:
        asked = str(self.data.get("sort", ""))
        return asked if asked in FACILITY_SORTS else ""

    def filters(self) -> FacilityFilters:
        """選ばれた条件。"""
        asked = {name: self.cleaned_data.get(name, "") for name in ("prefecture", "kind", "state")}
        return FacilityFilters(words=self.cleaned_data.get("q", ""), sort=self.sort, **asked)

    @property
    def is_narrowed(self) -> bool:
        """はじめの画面より絞っているか。"""
        return any(self.cleaned_data.get(name) for name in ("q", "kind", "state"))

    def _query_without(self, name: str) -> str:
        """都道府県は、外しても自分の医師会のものに戻らないように、空を残す。"""
        kept = QueryDict(super()._query_without(name), mutable=True)
        kept["prefecture"] = "" if name == "prefecture" else str(self.data["prefecture"])
        return str(kept.urlencode())


class FacilityForm(Versioned):
    """施設として書くこと。"""

    name = TextField(
        label="施設名", max_length=120, help_text="法人の名も、看板のとおりに。例：医療法人みどり会 みどり医院"
    )
    kana = KatakanaField(label="フリガナ", required=False, max_length=200)
    kind = ChoiceField(label="種別", choices=[("", "選んでください"), *FACILITY_KIND_LABELS.items()])
    code = HalfWidthField(
        label="医療機関コード",
        required=False,
        inputmode="numeric",
        max_length=14,
        help_text="都道府県番号から始まる 10 桁。ない施設は空にします。",
    )
    prefecture = ChoiceField(label="都道府県")
    address = TextField(
        label="所在地", required=False, max_length=200, help_text="市区町村から。例：横浜市中区山下町1-1"
    )
    telephone = PhoneField(label="電話", required=False)
    opener_name = TextField(label="開設者", required=False, max_length=120, help_text="人の名か、法人の名")
    manager_name = TextField(label="管理者", required=False, max_length=120)
    opened_on = DateField3(label="開設した日", required=False)
    suspended_on = DateField3(label="休止した日", required=False, help_text="また開いたら空にします。")
    closed_on = DateField3(label="廃止した日", required=False, help_text="廃止した施設は、医師の画面の候補に出ません。")

    def __init__(
        self, data: QueryDict | None = None, *, prefectures: Iterable[Prefecture], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        found = [(one.code, one.name) for one in prefectures]
        self.fields["prefecture"].choices = found if len(found) == 1 else [("", "選んでください"), *found]

    def clean_code(self) -> str:
        """十桁の数字。間の空白やハイフンは除く。"""
        code = str(self.cleaned_data["code"]).replace("-", "").replace(" ", "")
        if code and not (code.isascii() and code.isdigit() and len(code) == 10):
            raise ValidationError("医療機関コードは 10 桁の数字です。桁をお確かめください。", code="code")
        return code

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        opened = asked.get("opened_on")
        for name in ("suspended_on", "closed_on"):
            if opened and asked.get(name) and asked[name] < opened:
                self.add_error(name, "開設した日より前の日です。どちらの日が正しいか、お確かめください。")
        return asked

    def facts(self, facility: Facility | None = None) -> FacilityFacts:
        """確かめ終えた事実。この画面で書かないことは、いまの施設のまま。"""
        asked = {name: value for name, value in self.cleaned_data.items() if name not in {"seen", "prefecture"}}
        return FacilityFacts(
            prefecture_code=self.cleaned_data["prefecture"],
            municipality_code=facility.municipality_id if facility else None,
            successor_id=facility.successor_id if facility else None,
            **asked,
        )

    @property
    def told(self) -> list[tuple[str, str | date]]:
        """確かめの画面に並べる、項目と値。"""
        return [(str(field.label), self._words(name)) for name, field in self.fields.items() if name != "seen"]

    def _words(self, name: str) -> Any:
        value = self.cleaned_data[name]
        choices = {str(key): label for key, label in getattr(self.fields[name], "choices", ())}
        return choices.get(value, value)

    def typed(self) -> list[tuple[str, str]]:
        """打たれたままの値。確かめの画面が、次の送信へ運ぶ。"""
        parts = {f"{name}_{part}" for name in self.fields if name.endswith("_on") for part in range(3)}
        return [(name, value) for name, value in self.data.items() if name in {*self.fields} | parts]


class FacilitySearch(Words):
    """施設を一つ選ぶための言葉。"""

    q = TextField(
        label="施設名・フリガナ・医療機関コード・電話・所在地の一部",
        required=False,
        max_length=100,
        help_text="二文字から。空けて並べると、どれも含む施設を探します。",
    )

    def __init__(self, data: QueryDict, *, words: str = "") -> None:
        asked = data.copy()
        asked.setdefault("q", words)
        super().__init__(asked)


class RequestSearch(Words):
    """未定の施設の一覧の条件。"""

    q = TextField(label="書かれた施設名の一部", required=False, max_length=100)
