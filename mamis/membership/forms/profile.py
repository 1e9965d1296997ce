"""会員情報の変更で、医師が書くこと（membership.md §5.1）。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mamis.doctors.forms.registration import LicenceForm
from mamis.doctors.rules import SEX_LABELS
from mamis.fields import ChoiceField, TextField
from mamis.files.forms import HINT, UploadField, show_held
from mamis.membership.forms.mypage import NOT_CHOSEN
from mamis.membership.models import Application
from mamis.membership.policy import evidence_of

EVIDENCE = "membership.evidence"


class IdentityForm(LicenceForm):
    """氏名、生年月日、性別、医籍と、それを証明する書類。いまの登録の内容が入っている。"""

    sex = ChoiceField(label="性別", required=False, choices=[NOT_CHOSEN, *SEX_LABELS.items()])
    evidence = UploadField(
        label="証明する書類の写し",
        purpose=EVIDENCE,
        help_text="氏名や生年月日は戸籍抄本など、医籍は医師免許証です。"
        f"何枚もあるときは、一つの PDF にしてください。{HINT}",
    )
    note = TextField(
        label="医師会への連絡",
        required=False,
        lines=True,
        max_length=1000,
        help_text="伝えておきたいことがあれば、1,000 文字以内で書いてください。",
    )
    field_order = (
        "family_name",
        "given_name",
        "family_kana",
        "given_kana",
        "birth_on",
        "sex",
        "number",
        "registered_on",
        "evidence",
        "note",
    )

    def __init__(self, data: Any = None, *, held: Mapping[str, str], **options: Any) -> None:
        super().__init__(data, **options)
        self.held = held
        # まだ登録のないものは、書かなくてもよい。
        for name, field in FACTS.items():
            self.fields[field].required = bool(held[name])

    def clean(self) -> dict[str, Any]:
        """変わるところが、一つはあるか。"""
        if not self.errors and not self.facts:
            self.add_error(None, "いまの登録と変わるところがありません。変わるところを、直してください。")
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, str]:
        """変わるもの。"""
        typed = {name: _written(self.cleaned_data.get(field)) for name, field in FACTS.items()}
        return {name: value for name, value in typed.items() if value != self.held[name]}


# 会員情報の項目と、その欄。
FACTS = {
    "family_name": "family_name",
    "given_name": "given_name",
    "family_kana": "family_kana",
    "given_kana": "given_kana",
    "birth_on": "birth_on",
    "sex": "sex",
    "licence_number": "number",
    "licence_registered_on": "registered_on",
}


def initial_of(held: Mapping[str, str]) -> dict[str, Any]:
    """いまの登録を、欄に入れる形に。"""
    return {
        field: date.fromisoformat(held[name]) if name.endswith("_on") and held[name] else held[name]
        for name, field in FACTS.items()
    }


def recall_evidence(form: IdentityForm, application: Application) -> None:
    """前の申請書の書類を、だれが送ったものでも、もう一度使えるようにする。`hold_uploads` のあとに呼ぶ。"""
    token = str(form.data.get("evidence_0", "")) if form.is_bound else application.sheet.evidence.token
    if form.fields["evidence"].stored is None and token and "\x00" not in token:
        show_held(form, "evidence", evidence_of(application).filter(token=token).first())


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
